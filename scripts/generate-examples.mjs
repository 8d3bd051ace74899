/**
 * Makes examples/index.json from the `example.json` of each folder of examples/drivers: what the app's menu shows.
 * With `--check` nothing is written; exit 1 says that the index is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { at } from './paths.mjs'

const FOLDER = 'examples/drivers'
const INDEX = 'examples/index.json'

/**
 * The place that a program's `look` names by a piece of text (`at`), as a line.
 * @param {string} folder
 * @param {{ file: string, look: { file: string, at?: string, line?: number } }} program
 */
function lookOf(folder, program) {
  if (program.look === undefined) throw new Error(`${folder}/${program.file} says nothing of where to look`)
  const { file, at: piece, ...rest } = program.look
  if (piece === undefined) return program.look
  const text = readFileSync(at(FOLDER, folder, file), 'utf8')
  const found = text.indexOf(piece)
  if (found < 0) throw new Error(`${folder}/${program.file}: ${file} has no \`${piece}\``)
  return { file, line: text.slice(0, found).split('\n').length, ...rest }
}

const rows = readdirSync(at(FOLDER), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .sort((a, b) => (a.name < b.name ? -1 : 1))
  .flatMap((entry) => {
    const path = at(FOLDER, entry.name, 'example.json')
    if (!existsSync(path)) throw new Error(`${FOLDER}/${entry.name} has no example.json`)
    const { systems, level, programs, order } = JSON.parse(readFileSync(path, 'utf8'))
    /** @typedef {{ file: string, at?: string, line?: number, panels: string[], text: string, era?: string,
     *   explore?: { bound: number, era: string } }} Look */
    /** @typedef {{ file: string, title: string, line: string, look: Look }} Program */
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
        // Where the app puts the playhead and the cursor, which panels it opens, what there is to see, and in which
        // era it has to run if not in its first one; and the exploration that its sentence speaks of.
        look: lookOf(entry.name, program),
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
