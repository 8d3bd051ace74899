/**
 * Page poisoning (`page_poison=on`): every page is filled with 0xaa when it is freed, and looked at when it is handed
 * out. What was written to a free page is found then, by whoever gets it; a read finds nothing.
 *
 * Kernel: mm/page_poison.c, __kernel_poison_pages(), check_poison_mem(); mm/mm_init.c: the option switches the checks
 * of pages at free and allocation on, DEBUG_VM or not, and the automatic zeroing (init_on_alloc, init_on_free) off.
 * Simplified: no stack in the report, and of the page's dump the line of its counts.
 */
import type { Frames } from '../machine/frames.ts'
import type { Memory } from '../machine/memory.ts'
import { addressText } from '../trace/abi.ts'
import { PAGE_POISON } from '../trace/boot-state.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { KernelReports } from './kernel-report.ts'
import { RateLimit } from './ratelimit.ts'

export class PagePoison {
  /** DEFINE_RATELIMIT_STATE(ratelimit, 5 * HZ, 10). */
  private readonly limit = new RateLimit(5000, 10)
  private readonly pageSize: number

  constructor(
    private readonly info: MachineInfo,
    private readonly frames: Frames,
    private readonly memory: Memory,
    private readonly reports: KernelReports,
  ) {
    this.pageSize = 2 ** info.pageShift
  }

  /** A block that goes to the lists of free pages. */
  poison(pfn: number, order: number): void {
    this.memory.fill(pfn * this.pageSize, this.pageSize << order, PAGE_POISON)
  }

  /** A block that is handed out. Its bytes stay as they are: who wants zeroes asks for them. */
  check(pfn: number, order: number): void {
    for (let i = pfn; i < pfn + (1 << order); i++) if (!this.memory.isBlank(i)) this.checkPage(i)
  }

  private checkPage(pfn: number): void {
    const bytes = this.memory.bytes(pfn * this.pageSize, this.pageSize)
    const start = bytes.findIndex((byte) => byte !== PAGE_POISON)
    if (start < 0) return
    const end = bytes.findLastIndex((byte) => byte !== PAGE_POISON)
    if (!this.limit.allows(this.reports.clock(), () => undefined)) return
    const flipped = bytes[start] ^ PAGE_POISON
    const isOneBit = start === end && (flipped & (flipped - 1)) === 0
    const lines = [isOneBit ? 'pagealloc: single bit error' : 'pagealloc: memory corruption']
    const address = this.info.pageOffset + BigInt(pfn * this.pageSize)
    for (let at = start; at <= end; at += 16) {
      const row = bytes.subarray(at, Math.min(at + 16, end + 1))
      lines.push(`${addressText(this.info, address + BigInt(at))}: ${dumpRow(row)}`)
    }
    const { refcount, mapcount } = this.frames
    lines.push(
      `page: refcount:${refcount[pfn]} mapcount:${mapcount[pfn]} mapping:${addressText(this.info, 0n)} index:0x0 ` +
        `pfn:0x${pfn.toString(16)}`,
      'page dumped because: pagealloc: corrupted page details',
    )
    const text = lines.join('\n')
    this.reports.add('bug', text)
    this.reports.aboutFrames.push({ pfn, text })
  }
}

/** A row of print_hex_dump(): up to 16 bytes, then their characters. */
export function dumpRow(row: Uint8Array | readonly number[]): string {
  const bytes = Array.from(row)
  const text = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const letters = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  return `${text.padEnd(49)}${letters}`
}
