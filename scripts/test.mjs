/**
 * `npm test [-- STAGE …]`: everything that guards what lands. Runs all stages to the end, then sums up; the last line
 * is `Tests: N passed, N failed`. A stage whose inputs are missing fails.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { findBrowser } from './browser.mjs'
import { ensureBuilt } from './build.mjs'
import { runChecks } from './check.mjs'
import { at, TOOLS } from './paths.mjs'
import { ensureSetup } from './setup.mjs'
import { duration, runNode } from './tool.mjs'

/** @typedef {{ passed: number, failed: number }} Counts */

const VITEST_REPORT = 'out/unit-report.json'
const E2E_REPORT = 'out/e2e-report.json'

/** @param {string} path @returns {unknown} */
const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'))

/** @param {Record<string, string>} env @returns {Promise<Counts>} */
async function vitest(env) {
  rmSync(at(VITEST_REPORT), { force: true })
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`]
  const result = await runNode(TOOLS.vitest, ['run', ...reporters], { live: true, env })
  if (!existsSync(at(VITEST_REPORT))) return { passed: 0, failed: 1 }
  const report = /** @type {{ numPassedTests: number, numFailedTests: number }} */ (readJson(VITEST_REPORT))
  const failed = report.numFailedTests
  // A file that does not load has no failed test of its own, but fails the run.
  return { passed: report.numPassedTests, failed: failed === 0 && result.status !== 0 ? 1 : failed }
}

/**
 * Runs every snippet of the corpus and the examples against its @expect lines, and plays the lessons.
 * @returns {Promise<Counts>}
 */
async function corpus() {
  await ensureBuilt(['cli'], { say })
  const folders = ['corpus', 'examples']
  const result = await runNode(at('scripts/pageward.mjs'), ['test', ...folders, '--format', 'json'])
  let report
  try {
    report = /** @type {Record<string, unknown>} */ (JSON.parse(result.stdout))
  } catch {
    console.log(result.output)
    return { passed: 0, failed: 1 }
  }
  const passed = typeof report['passed'] === 'number' ? report['passed'] : 0
  const failed = typeof report['failed'] === 'number' ? report['failed'] : 0
  const broken = failed === 0 && (result.status !== 0 || passed === 0)
  if (failed > 0 || broken) {
    const again = await runNode(at('scripts/pageward.mjs'), ['test', ...folders])
    console.log(again.output)
  }
  const lessons = await lintLessons()
  return { passed: passed + lessons.passed, failed: (broken ? 1 : failed) + lessons.failed }
}

/** Plays every lesson: its start, solution, wrong answers and questions. @returns {Promise<Counts>} */
async function lintLessons() {
  const result = await runNode(at('scripts/pageward.mjs'), ['lesson', 'lint', 'examples/lessons', '--format', 'json'])
  try {
    const { results } = /** @type {{ results: { lesson: string, problems: { message: string }[] }[] }} */ (
      JSON.parse(result.stdout)
    )
    for (const { lesson, problems } of results) for (const { message } of problems) console.log(`${lesson}: ${message}`)
    const failed = results.filter(({ problems }) => problems.length > 0).length
    return { passed: results.length - failed, failed: results.length === 0 ? 1 : failed }
  } catch {
    console.log(result.output)
    return { passed: 0, failed: 1 }
  }
}

/** @param {string[]} words which specs @param {Record<string, string>} env */
async function playwright(words = [], env = {}) {
  const chromium = await findBrowser()
  await ensureBuilt(['web', 'desktop'], { say })
  rmSync(at(E2E_REPORT), { force: true })
  const options = { live: true, env: { CHROMIUM: chromium, ...env } }
  const result = await runNode(TOOLS.playwright, ['test', ...words], options)
  if (!existsSync(at(E2E_REPORT))) return { passed: 0, failed: 1 }
  const { stats } = /** @type {{ stats: { expected: number, unexpected: number, flaky: number } }} */ (
    readJson(E2E_REPORT)
  )
  const failed = stats.unexpected + stats.flaky
  return { passed: stats.expected, failed: failed === 0 && result.status !== 0 ? 1 : failed }
}

/** @type {Record<string, () => Promise<Counts>>} */
const STAGES = {
  check: runChecks,
  unit: () => vitest({}),
  corpus,
  e2e: () => playwright(),
}

/** @type {Record<string, () => Promise<Counts>>} */
const LONG = {
  long: () => vitest({ PAGEWARD_LONG: '1' }),
  faults: () => playwright(['--project=desktop', 'desktop/faults'], { PAGEWARD_ROUNDS: '50' }),
}

/** @param {string} text */
function say(text) {
  console.log(`  ${text}`)
}

async function main() {
  const asked = process.argv.slice(2)
  const names = asked.length > 0 ? asked : Object.keys(STAGES)
  const all = { ...STAGES, ...LONG }
  const unknown = names.find((name) => !(name in all))
  if (unknown) {
    console.error(`no stage ${unknown}; there are ${Object.keys(all).join(', ')}`)
    return 2
  }
  await ensureSetup()
  mkdirSync(at('out'), { recursive: true })
  const total = { passed: 0, failed: 0 }
  const lines = []
  for (const name of names) {
    const started = performance.now()
    console.log(`${name} …`)
    let counts = { passed: 0, failed: 1 }
    try {
      counts = await /** @type {() => Promise<Counts>} */ (all[name])()
    } catch (error) {
      console.log(/** @type {Error} */ (error).message)
    }
    const took = duration(performance.now() - started)
    lines.push(`${name.padEnd(8)} ${counts.passed} passed, ${counts.failed} failed, ${took}`)
    console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed (${took})\n`)
    total.passed += counts.passed
    total.failed += counts.failed
  }
  console.log(lines.join('\n'))
  console.log(`Tests: ${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
}

process.exit(await main())
