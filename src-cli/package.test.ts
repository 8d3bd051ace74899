/** The package that `npm pack` makes works in an empty folder, from nothing but its tarball. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CODES } from '../src-core/report/catalogue.ts'

const ROOT = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'pageward-package-'))

function run(command: string, words: readonly string[], cwd = folder) {
  const { stdout, stderr, status } = spawnSync(command, words, { cwd, encoding: 'utf8', timeout: 100_000 })
  return { stdout, stderr, status }
}

const pageward = (...words: string[]) => run(join(folder, 'node_modules/.bin/pageward'), words)

describe('the package', () => {
  beforeAll(() => {
    const packed = run('npm', ['pack', '--pack-destination', folder], ROOT)
    expect(packed.status, packed.stderr).toBe(0)
    writeFileSync(join(folder, 'package.json'), '{}')
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
    const installed = run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`])
    expect(installed.status, installed.stderr).toBe(0)
    copyFileSync(join(ROOT, 'examples/drivers/slab-uaf/slab-uaf.ts'), join(folder, 'driver.ts'))
  }, 240_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs, explores and explains', () => {
    const ran = run('npx', ['--offline', '--no-install', 'pageward', 'run', '--no-eras', 'driver.ts'])
    expect(ran.status).toBe(1)
    expect(ran.stdout).toContain('slab-use-after-free')
    expect(pageward('explore', 'driver.ts').stdout).toContain('slab-use-after-free')
    expect(pageward('explain', 'deadlock').status).toBe(0)
    expect(pageward('lesson', 'list').stdout).toContain('01-a-page-and-its-count')
  }, 60_000)

  it('writes declarations with which a snippet compiles, and leaves a tsconfig of the user alone', () => {
    expect(pageward('types', 'snippets').status).toBe(0)
    copyFileSync(join(folder, 'driver.ts'), join(folder, 'snippets/driver.ts'))
    const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js')
    const compiled = run(process.execPath, [tsc, '-p', 'snippets'])
    expect(compiled.stdout).toBe('')
    expect(compiled.status).toBe(0)
    writeFileSync(join(folder, 'snippets/tsconfig.json'), '{"mine": true}')
    expect(pageward('types', 'snippets').status).toBe(0)
    expect(readFileSync(join(folder, 'snippets/tsconfig.json'), 'utf8')).toBe('{"mine": true}')
  }, 60_000)

  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    expect(pageward('--version').stdout).toBe(`pageward ${version}\n`)
  })

  it('has help for each command, and completions that bash can read', () => {
    for (const command of ['run', 'explore', 'check', 'test', 'explain', 'lesson', 'types', 'completion']) {
      const { stdout, status } = pageward(command, '--help')
      expect(status).toBe(0)
      expect(stdout).toContain(`pageward ${command}`)
    }
    const script = pageward('completion', 'bash').stdout
    writeFileSync(join(folder, 'completion.bash'), script)
    const complete = (line: string, index: number) =>
      run('bash', [
        '-c',
        `. ./completion.bash; COMP_WORDS=(${line}); COMP_CWORD=${index}; _pageward; echo "\${COMPREPLY[*]}"`,
      ])
    expect(complete('pageward ex', 1).stdout.trim()).toBe('explore explain')
    expect(complete('pageward explain slab-u', 2).stdout.trim()).toBe(
      CODES.filter((code) => code.startsWith('slab-u')).join(' '),
    )
    expect(complete('pageward run --era mem', 3).stdout.trim()).toBe('memdesc')
  }, 60_000)
})
