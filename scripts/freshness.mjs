/**
 * Is a build newer than its sources? A stamp beside the output holds two digests of the sources: a quick one over
 * names, sizes and times, read on every start, and one over the contents, which decides when the quick one differs.
 * Node's version counts too: code caches are made for one.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { at } from './paths.mjs'

const NOT_BUILT = /\.(test|long)\.ts$|(^|\/)tsconfig[^/]*\.json$|(^|\/)\./

/**
 * @typedef {object} Target
 * @property {string} name
 * @property {string[]} sources files and folders, relative to the root
 * @property {string} result a file that the build makes
 * @property {string} [inputs] a JSON list of further source files, made by the build
 */

/** All files under the target's sources, sorted. @param {Target} target @returns {string[]} */
export function sourceFiles(target) {
  /** @type {string[]} */
  const found = []
  /** @param {string} path */
  const visit = (path) => {
    for (const entry of readdirSync(at(path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) visit(inner)
      else if (!NOT_BUILT.test(inner)) found.push(inner)
    }
  }
  for (const source of target.sources) {
    const info = statSync(at(source), { throwIfNoEntry: false })
    if (info?.isDirectory()) visit(source)
    else if (info) found.push(source)
  }
  if (target.inputs && existsSync(at(target.inputs))) {
    /** @type {string[]} */
    const more = JSON.parse(readFileSync(at(target.inputs), 'utf8'))
    found.push(...more.filter((path) => existsSync(at(path))))
  }
  return [...new Set(found)].sort()
}

/** @param {readonly string[]} files */
function quickDigest(files) {
  const hash = createHash('sha1').update(process.version)
  for (const file of files) {
    const info = statSync(at(file), { throwIfNoEntry: false })
    hash.update(`${file}\n${info?.size}\n${info?.mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** @param {readonly string[]} files */
function contentDigest(files) {
  const hash = createHash('sha1').update(process.version)
  for (const file of files)
    hash
      .update(`${file}\n`)
      .update(readFileSync(at(file)))
      .update('\n')
  return hash.digest('hex')
}

/** @param {Target} target */
const stampPath = (target) => at(`out/.stamp-${target.name}`)

/** @param {Target} target */
export function isFresh(target) {
  if (!existsSync(at(target.result)) || !existsSync(stampPath(target))) return false
  const [quick, content] = readFileSync(stampPath(target), 'utf8').split('\n')
  const files = sourceFiles(target)
  const now = quickDigest(files)
  if (quick === now) return true
  if (content !== contentDigest(files)) return false
  writeFileSync(stampPath(target), `${now}\n${content}\n`)
  return true
}

/**
 * Taken before a build; the returned function writes the stamp after it. A source that changed in between
 * leaves the build stale, as it should.
 * @param {Target} target
 */
export function prepareStamp(target) {
  const before = new Map(sourceFiles(target).map((file) => [file, statSync(at(file)).mtimeMs]))
  const content = contentDigest([...before.keys()])
  const quick = quickDigest([...before.keys()])
  return () => {
    mkdirSync(at('out'), { recursive: true })
    const after = sourceFiles(target)
    const same = after.length === before.size && after.every((file) => before.has(file))
    // The build itself may have named further inputs: then the digests are taken over the new list.
    const stamp = same ? `${quick}\n${content}\n` : `${quickDigest(after)}\n${contentDigest(after)}\n`
    writeFileSync(stampPath(target), stamp)
  }
}
