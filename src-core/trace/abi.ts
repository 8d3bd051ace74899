/**
 * What the compiler and the configuration of an architecture fix: how wide a word is, how large the structs are that a
 * program or a report shows, which debug tools there are.
 *
 * Kernel: include/linux/slab.h (ARCH_SLAB_MINALIGN), mm/slub.c (struct track, with CONFIG_STACKDEPOT), arch/x86/Kconfig
 * (HAVE_ARCH_KASAN only if X86_64), arch/arm64/include/asm/cache.h.
 */
import type { MachineInfo } from './record.ts'

type Architecture = Pick<MachineInfo, 'arch'>

/**
 * ARCH_SLAB_MINALIGN and ARCH_KMALLOC_MINALIGN: `__alignof__(unsigned long long)`, which is 8 with GCC on i386 too,
 * though a field of a struct has 4 there; arm64 says 8 (its DMA alignment of 128 is left to bouncing of kmalloc
 * buffers).
 */
export const SLAB_MINALIGN = 8
/** cache_line_size(), which x86 and arm64 read from the processor. */
export const CACHE_LINE = 64

/** sizeof(void *), sizeof(unsigned long). */
export function wordSize({ arch }: Architecture): 4 | 8 {
  return arch === 'i386-highmem' ? 4 : 8
}

/** A kernel address as `%px` prints it: all digits of a word. */
export function addressText(machine: Architecture, address: bigint): string {
  const word = wordSize(machine)
  return BigInt.asUintN(8 * word, address)
    .toString(16)
    .padStart(2 * word, '0')
}

/** sizeof(struct track): an address, a stack handle, cpu, pid and a time in jiffies. */
export function trackSize(word: 4 | 8): number {
  return 2 * word + 3 * 4 + (word === 8 ? 4 : 0)
}

/** True if the kernel of a machine has generic KASAN: with debugging, and not on i386. */
export function hasKasan({ arch, debug }: Pick<MachineInfo, 'arch' | 'debug'>): boolean {
  return debug && arch !== 'i386-highmem'
}
