/**
 * Makes examples/index.json from the `example.json` of each folder of examples/drivers: what the app's menu shows.
 * With `--check` nothing is written; exit 1 says that the index is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { at } from './paths.mjs'

const FOLDER = 'examples/drivers'
const INDEX = 'examples/index.json'

const rows = readdirSync(at(FOLDER), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .flatMap((entry) => {
    const path = at(FOLDER, entry.name, 'example.json')
    if (!existsSync(path)) throw new Error(`${FOLDER}/${entry.name} has no example.json`)
    const { systems, level, programs, order } = JSON.parse(readFileSync(path, 'utf8'))
    /** @typedef {{ file: string, title: string, line: string, look?: object }} Program */
    return programs.map((/** @type {Program} */ program) => {
      if (!existsSync(at(FOLDER, entry.name, program.file)))
        throw new Error(`${entry.name}: there is no ${program.file}`)
      const id = `${entry.name}/${program.file.replace(/\.ts$/, '')}`
      return {
        id,
        order,
        title: program.title,
        line: program.line,
        file: `${entry.name}/${program.file}`,
        level,
        systems,
        // Where the app puts the playhead and the cursor, which panels it opens, and what there is to see.
        ...(program.look === undefined ? {} : { look: program.look }),
      }
    })
  })
  .sort((a, b) => a.order - b.order)
  .map(({ order: _order, ...row }) => row)

const text = `${JSON.stringify(rows, null, 2)}\n`
if (!existsSync(at(INDEX)) || readFileSync(at(INDEX), 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${INDEX} is stale: run \`npm run generate\``)
    process.exit(1)
  }
  writeFileSync(at(INDEX), text)
}
