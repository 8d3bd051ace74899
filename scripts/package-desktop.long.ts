/**
 * Packs the app as electron-builder does for a release, with a made-up Electron (a real one cannot be had everywhere):
 * configuration checked against the schema, fuses really flipped, archive listed, and started through the stand-in.
 */
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packageDesktop } from './package-desktop.mjs'
import { at } from './paths.mjs'
import { runNode } from './tool.mjs'

/** Electron's mark before the fuses: then a version, their number, and one character each. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const asar = at('out/installers/linux-unpacked/resources/app.asar')
let folder = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pageward-package-'))
  for (const part of ['resources', 'locales']) mkdirSync(join(folder, part))
  const unset = Buffer.concat([Buffer.from(`#!/bin/sh\n${FUSES}`), Buffer.from([1, 9]), Buffer.from('110011011')])
  const { devDependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as {
    devDependencies: { electron: string }
  }
  writeFileSync(join(folder, 'electron'), unset)
  chmodSync(join(folder, 'electron'), 0o755)
  writeFileSync(join(folder, 'version'), devDependencies.electron)
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'locales/en-US.pak']) {
    writeFileSync(join(folder, file), '-')
  }
  const { status, output } = await packageDesktop(['--linux', '--x64', '--dir', `-c.electronDist=${folder}`])
  if (status !== 0) throw new Error(output)
}, 600_000)
afterAll(() => rmSync(folder, { recursive: true }))

it('flips the fuses in the executable', () => {
  const bytes = readFileSync(at('out/installers/linux-unpacked/pageward'))
  const start = bytes.indexOf(FUSES) + FUSES.length + 2
  // RunAsNode, cookies, NODE_OPTIONS, inspect, asar integrity, only asar, own snapshot, file://.
  expect(bytes.subarray(start, start + 8).toString()).toBe('01001100')
})

it('packs only what runs', async () => {
  const { stdout } = await runNode(at('packaging/node_modules/@electron/asar/bin/asar.js'), ['list', asar])
  const files = stdout.split('\n').map((line) => line.replaceAll('\\', '/'))
  for (const file of ['main/index.js', 'main/core-utility.js', 'preload/index.cjs', 'web/index.html']) {
    expect(files).toContain(`/out/${file}`)
  }
  const strangers = /node_modules|\.map$|\.test\.|src-|worker-[\w-]+\.js$|service-worker|_headers/
  expect(files.filter((file) => strangers.test(file) && !/(ts|editor)\.worker-/.test(file))).toEqual([])
  expect(statSync(asar).size).toBeLessThan(30_000_000)
})

it('starts from the packed archive through the stand-in', async () => {
  const unpacked = join(folder, 'app')
  const extracted = await runNode(at('packaging/node_modules/@electron/asar/bin/asar.js'), ['extract', asar, unpacked])
  expect(extracted.status, extracted.output).toBe(0)
  const words = ['--remote-debugging-port=0', `--user-data-dir=${join(folder, 'user')}`, unpacked]
  const app = spawn(process.execPath, [at('e2e/standin/run.mjs'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const gone = new Promise((done) => app.once('exit', done))
  try {
    const said = await new Promise<string>((done) => {
      let text = ''
      app.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (text.includes('DevTools listening')) done(text)
      })
      app.once('exit', (code) => done(`${text}\nended with ${code}`))
    })
    expect(said).toContain('DevTools listening')
  } finally {
    app.kill('SIGTERM')
    await gone
  }
})
