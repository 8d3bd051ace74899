/**
 * Makes examples/lessons/index.json from the front matter of each lesson.md: what the app lists before a lesson is
 * opened. With `--check` nothing is written; exit 1 says that the index is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { at } from './paths.mjs'

const FOLDER = 'examples/lessons'
const INDEX = `${FOLDER}/index.json`

const rows = readdirSync(at(FOLDER), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
  .map((id) => {
    const text = readFileSync(at(FOLDER, id, 'lesson.md'), 'utf8')
    const head = /^---\n([\s\S]*?)\n---\n/.exec(text)?.[1]
    if (head === undefined) throw new Error(`${FOLDER}/${id}/lesson.md has no front matter`)
    const { title, part, idea, level, minutes, requires = [] } = parse(head)
    const kinds = [...text.matchAll(/^## (\w+):/gm)].map((match) => match[1].toLowerCase())
    return { id, title, part, idea, level, minutes, requires, kinds }
  })

const text = `${JSON.stringify(rows, null, 2)}\n`
if (!existsSync(at(INDEX)) || readFileSync(at(INDEX), 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${INDEX} is stale: run \`npm run generate\``)
    process.exit(1)
  }
  writeFileSync(at(INDEX), text)
}
