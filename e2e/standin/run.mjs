#!/usr/bin/env node
/**
 * Stand-in for the Electron executable, for machines where its binary cannot be had:
 *
 *     run.mjs [switches] <app folder | main file> [arguments]
 *
 * It runs the built main process in Node, with an `electron` module of ours (electron.mjs) whose windows are pages of
 * the system's Chromium. Playwright's `_electron.launch` drives it like the real one. What it does not show: real
 * process isolation of the page, fuses, native looks. README.md lists what is emulated and what is not.
 *
 * Environment: CHROMIUM (executable), STANDIN_HEADED=1 (needs a display).
 */
import inspector from 'node:inspector'
import Module, { register } from 'node:module'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const VERSIONS = { electron: '45.4.1', chrome: '152.0.0.0' }

const argv = process.argv.slice(2)
const first = argv.findIndex((word) => !word.startsWith('-'))
const switches = first < 0 ? argv : argv.slice(0, first)
const has = (name) => switches.some((word) => word === name || word.startsWith(`${name}=`))

if (has('--version')) {
  console.log(`v${VERSIONS.electron}-standin`)
  process.exit(0)
}
// Prints "Debugger listening on ws://…", which Playwright waits for.
if (has('--inspect')) inspector.open(0, '127.0.0.1')

const target = resolve(first < 0 ? '.' : argv[first])
let main = target
let about = { name: 'app', version: '0.0.0' }
if (statSync(target).isDirectory()) {
  about = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))
  main = join(target, about.main ?? 'index.js')
}

Object.assign(process.versions, VERSIONS)
process.type = 'browser'
process.argv = [process.argv[0], ...argv.slice(first < 0 ? 0 : first)]

// `import 'electron'` is answered by hooks.mjs, `require('electron')` (Playwright's way in) here, with one instance.
const electron = fileURLToPath(new URL('./electron.mjs', import.meta.url))
const resolveFilename = Module._resolveFilename
Module._resolveFilename = function (request, ...rest) {
  return request === 'electron' ? electron : resolveFilename.call(this, request, ...rest)
}
register('./hooks.mjs', import.meta.url)

const { start } = await import('./lifecycle.mjs')
start({
  name: about.productName ?? about.name,
  version: about.version,
  appPath: target,
  switches,
  announceDevTools: has('--remote-debugging-port'),
})
await import(pathToFileURL(main).href)
