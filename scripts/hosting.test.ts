/** docs/hosting.md says what the app's own server sends. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { at } from './paths.mjs'
import { ISOLATION, PAGE_POLICY, RUNNER_POLICY } from './static-server.mjs'

const text = readFileSync(at('docs/hosting.md'), 'utf8')

it('the policies stand in the document and in each server’s example', () => {
  const count = (part: string): number => text.split(part).length - 1
  expect(count(PAGE_POLICY)).toBe(4)
  expect(count(RUNNER_POLICY)).toBe(4)
  for (const [name, value] of Object.entries(ISOLATION)) {
    expect(count(name), name).toBeGreaterThanOrEqual(4)
    expect(text).toContain(`\`${name}\``)
    expect(text).toContain(`\`${value}\``)
  }
})

it('the tests that the security document names exist', () => {
  const security = readFileSync(at('docs/security.md'), 'utf8')
  const files = [...security.matchAll(/`((?:src-\w+|e2e|scripts|corpus|packaging|\.github)\/[\w./-]+)`/g)]
  expect(files.length).toBeGreaterThan(20)
  for (const [, file] of files) expect(() => readFileSync(at(file ?? ''))).not.toThrow(/ENOENT/)
  for (const [, title] of security.matchAll(/spec\.ts` "([^"]+)"/g)) {
    const specs = ['desktop/security', 'browser/security', 'desktop/faults'].map((name) => at(`e2e/${name}.spec.ts`))
    expect(specs.some((spec) => readFileSync(spec, 'utf8').includes(title ?? ''))).toBe(true)
  }
})
