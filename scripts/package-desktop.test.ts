/** The packaging configuration against our rules; electron-builder's schema is checked by the long run. */
import { readFileSync } from 'node:fs'
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
