/** The packaging configuration against our rules; electron-builder's schema is checked by the long run. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import configuration from '../packaging/electron-builder.mjs'
import { at } from './paths.mjs'

it('every fuse of the security list is set', () => {
  expect(configuration.electronFuses).toMatchObject({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

it('the app is an archive without node_modules, for three systems', () => {
  expect(configuration.asar).toBe(true)
  expect(configuration.files).toContain('!node_modules/**')
  expect([configuration.linux, configuration.mac, configuration.win].map((each) => each?.target)).toEqual([
    ['AppImage', 'deb'],
    ['dmg'],
    ['nsis'],
  ])
})

it('share files and links belong to the app', () => {
  expect(configuration.fileAssociations).toMatchObject([{ ext: 'pageward' }])
  expect(configuration.protocols).toMatchObject([{ schemes: ['pageward'] }])
})

const ICONS = 'packaging/icons'

it('each system has its icon, in the sizes that it shows', () => {
  expect(configuration.linux.icon).toBe(`${ICONS}/linux`)
  for (const name of readdirSync(at(`${ICONS}/linux`))) {
    const bytes = readFileSync(at(`${ICONS}/linux/${name}`))
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    expect(name).toBe(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}.png`)
  }
  const ico = readFileSync(at(configuration.win.icon))
  const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, i) => ico[6 + 16 * i])
  expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 0])
  const last = 6 + 16 * (sizes.length - 1)
  expect(ico.readUInt32LE(last + 8) + ico.readUInt32LE(last + 12)).toBe(ico.length)
  const icns = readFileSync(at(configuration.mac.icon))
  expect(icns.subarray(0, 4).toString()).toBe('icns')
  expect(icns.readUInt32BE(4)).toBe(icns.length)
  const names: string[] = []
  for (let part = 8; part < icns.length; part += icns.readUInt32BE(part + 4)) {
    names.push(icns.subarray(part, part + 4).toString())
    expect(icns.subarray(part + 9, part + 12).toString()).toBe('PNG')
  }
  expect(names).toContain('ic10')
})

it('the windows are isolated and sandboxed', () => {
  const source = readFileSync(at('src-main/window.ts'), 'utf8')
  for (const line of [
    'contextIsolation: true',
    'sandbox: true',
    'nodeIntegration: false',
    'nodeIntegrationInWorker: false',
    'nodeIntegrationInSubFrames: false',
    'webSecurity: true',
    'webviewTag: false',
  ]) {
    expect(source).toContain(line)
  }
})

it('the workflow tests on three systems and may write only to attach installers', () => {
  const workflow = parse(readFileSync(at('.github/workflows/desktop.yml'), 'utf8')) as Record<string, never>
  expect(workflow).toMatchObject({
    permissions: { contents: 'read' },
    jobs: {
      test: { strategy: { matrix: { os: ['ubuntu-24.04', 'macos-15', 'windows-2025'] } } },
      release: { needs: 'test', permissions: { contents: 'write' } },
    },
  })
})

it('the workflow runs the same specs on real Electron, with actions pinned to commits', () => {
  const text = readFileSync(at('.github/workflows/desktop.yml'), 'utf8')
  const { jobs } = parse(text) as {
    jobs: Record<string, { steps: { uses?: string; run?: string; name?: string }[] }>
  }
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/)
  const specs = steps.filter(({ name }) => name?.startsWith('Specs on real Electron') === true)
  expect(specs).toHaveLength(3)
  for (const { run } of specs) {
    expect(run).toContain('export ELECTRON=')
    // The whole project: specs tagged @real-electron are among them and mean something only here.
    expect(run).toMatch(/playwright test --project desktop$/m)
  }
  expect(text).not.toMatch(/\$\{\{\s*github\.(event|head_ref)/)
})

it('specs that only a real Electron can show are marked, and there are some', () => {
  const marked = readFileSync(at('e2e/desktop/security.spec.ts'), 'utf8').match(/@real-electron/g) ?? []
  expect(marked.length).toBeGreaterThanOrEqual(3)
})
