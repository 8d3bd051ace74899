/** The arithmetic macros as the kernel has them, on numbers and addresses; none of them is a step. */
import { expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const log = (values: readonly string[], machine: Record<string, string> = {}): readonly string[] =>
  runText(`import * as k from 'linux'\n${values.map((value) => `k.pr_info(String(${value}))`).join('\n')}`, { machine })
    .log

it('rounds, aligns and divides', () => {
  expect(
    log([
      'k.ALIGN(5000, 4096)',
      'k.ALIGN(0x1001n, 0x1000)',
      'k.ALIGN_DOWN(0x1fffn, 4096n)',
      'k.IS_ALIGNED(8192, 4096)',
      'k.round_up(17, 8)',
      'k.round_down(17, 8)',
      'k.DIV_ROUND_UP(4097, 4096)',
      'k.min(3, 7)',
      'k.max(3n, 7n)',
      'k.clamp(12, 0, 10)',
      'k.clamp(5, 5, 5)',
      'k.ilog2(4097)',
      'k.is_power_of_2(64)',
      'k.is_power_of_2(0)',
      'k.roundup_pow_of_two(1)',
      'k.roundup_pow_of_two(4097)',
      'k.roundup_pow_of_two(64)',
    ]),
  ).toEqual('8192 8192 4096 true 24 16 2 3 7 10 5 12 true false 1 8192 64'.split(' '))
})

it('knows pages', () => {
  const values = [
    'k.PAGE_ALIGN(1)',
    'k.PAGE_ALIGN_DOWN(70000n)',
    'k.PAGE_ALIGNED(65536)',
    'k.offset_in_page(0x12345n)',
    'k.offset_in_page(k.vmalloc(8192)!.add(100))',
    'k.get_order(0)',
    'k.get_order(1)',
    'k.get_order(4096)',
    'k.get_order(4097)',
    'k.get_order(5 * 4096)',
    'k.PFN_UP(4097)',
    'k.PFN_DOWN(8191)',
    'k.PFN_PHYS(3)',
    'k.PHYS_PFN(0x3000n)',
  ]
  expect(log(values)).toEqual('4096 69632 true 837 100 52 0 0 1 3 2 1 12288 3'.split(' '))
  expect(log(values.slice(0, 3), { arch: 'arm64-16k' })).toEqual(['16384', '65536', 'true'])
  expect(log(['k.get_order(0)'], { arch: 'i386-highmem' })).toEqual(['20'])
})

it('knows the pages of an area', () => {
  const text = `import { misc_register, vma_pages, pr_info } from 'linux'
import { spawn, open, mmap, PROT_READ, MAP_SHARED, O_RDWR } from 'user'
misc_register({ name: 'd', fops: { mmap(_file, vma) { pr_info(String(vma_pages(vma))); return 0 } } })
spawn('app', () => { mmap(null, 3 * 4096, PROT_READ, MAP_SHARED, open('/dev/d', O_RDWR), 0) })`
  expect(runText(text).log).toEqual(['3'])
})

it.each([
  ['k.ALIGN(10, 3)', 'ALIGN(): the alignment has to be a power of two'],
  ['k.ALIGN(-1, 4)', 'ALIGN(): x has to be a whole number from 0, or such a bigint'],
  ['k.PAGE_ALIGN(1.5)', 'PAGE_ALIGN(): x has to be a whole number from 0, or such a bigint'],
  ['k.DIV_ROUND_UP(1, 0)', 'DIV_ROUND_UP(): the divisor is 0'],
  ['k.min(1, 2n)', 'min() takes values of one type: numbers, or bigints'],
  ['k.clamp(1, 5, 2)', 'clamp(): the low limit is above the high one'],
  ['k.ilog2(0)', 'ilog2(): 0 has no logarithm'],
])('says what is wrong with %s', (call, message) => {
  expect(log([`(() => { try { return ${call} } catch (e) { return e.message } })()`])).toEqual([message])
})

it('takes no step', () => {
  const steps = (text: string): number => runText(`import { ALIGN, pr_info } from 'linux'\n${text}`).operations.length
  expect(steps(`ALIGN(1, 2)\npr_info('')`)).toBe(steps(`pr_info('')`))
})
