/** `pageward check` asks for the machine as `run` does: how long a page is decides what is out of bounds. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'pageward-check-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('takes --machine', () => {
  const file = join(folder, 'driver.ts')
  writeFileSync(
    file,
    `import { alloc_page, __free_page, page_address, GFP_KERNEL } from 'linux'
const page = alloc_page(GFP_KERNEL)!
page_address(page)!.write_u8(8192, 1)
__free_page(page)
`,
  )
  const check = (...words: string[]): string =>
    spawnSync(process.execPath, ['scripts/pageward.mjs', 'check', file, ...words], {
      cwd: join(import.meta.dirname, '..'),
      encoding: 'utf8',
    }).stdout
  expect(check()).toMatch(/:3:1: error out-of-bounds/)
  expect(check('--machine', 'arch=arm64-16k')).toBe('')
})
