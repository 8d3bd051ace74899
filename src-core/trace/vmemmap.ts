/**
 * Where `struct page`s lie in the kernel's address space, and how large one is.
 *
 * Kernel: arch/x86/include/asm/pgtable_64_types.h and arch/arm64/include/asm/memory.h (a virtual array that begins at
 * frame 0), include/linux/mm_types.h: the flags, five words and two counters, then room to the next power of two.
 * Simplified: the array of i386 (`mem_map`, CONFIG_FLATMEM), which its kernel allocates in low memory at boot, lies at
 * the end of vmalloc space, where few other addresses are.
 */
import type { MachineInfo } from './record.ts'

type Architecture = Pick<MachineInfo, 'arch'>

interface PageArray {
  readonly start: bigint
  /** sizeof(struct page). */
  readonly size: bigint
  /** Bytes it takes at most. */
  readonly limit: bigint
}

const ARRAYS: Readonly<Record<MachineInfo['arch'], PageArray>> = {
  x86_64: { start: 0xffff_ea00_0000_0000n, size: 64n, limit: 1n << 40n },
  'arm64-16k': { start: 0xffff_ffbf_c000_0000n, size: 64n, limit: 1n << 38n },
  'i386-highmem': { start: 0xfd3f_e000n, size: 32n, limit: 1n << 25n },
}

/** Address of the `struct page` of a frame. */
export function structPageAddress(machine: Architecture, pfn: number): bigint {
  const { start, size } = ARRAYS[machine.arch]
  return BigInt.asUintN(64, start + BigInt(pfn) * size)
}

/** Frame whose `struct page` an address lies in; -1 = it is no such address. */
export function frameOfStructPage(machine: Architecture, address: bigint): number {
  const { start, size, limit } = ARRAYS[machine.arch]
  const offset = address - start
  return offset >= 0n && offset < limit ? Number(offset / size) : -1
}
