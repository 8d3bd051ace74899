/**
 * What the compiler and the configuration of an architecture fix: how wide a word is, how large the structs are that a
 * program or a report shows, which debug tools there are.
 *
 * Kernel: sizeof() and offsetof() of the headers of v6.12 compiled for i386_defconfig and x86_64_defconfig;
 * include/linux/slab.h (ARCH_SLAB_MINALIGN), mm/slub.c (struct track, with CONFIG_STACKDEPOT), arch/x86/Kconfig
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

/** Bytes of the structs that a program embeds or asks for, by their C names, for words of 4 and of 8 bytes. */
const STRUCTS = {
  spinlock_t: [4, 4],
  atomic_t: [4, 4],
  'struct list_head': [8, 16],
  'struct llist_node': [4, 8],
  'struct rcu_head': [8, 16],
  // A list behind a lock.
  wait_queue_head_t: [12, 24],
  'struct completion': [16, 32],
  // With CONFIG_MUTEX_SPIN_ON_OWNER and CONFIG_RWSEM_SPIN_ON_OWNER, as SMP has them.
  'struct mutex': [20, 32],
  'struct rw_semaphore': [24, 40],
  'struct work_struct': [16, 32],
  'struct delayed_work': [44, 88],
  // With CONFIG_NEED_SG_DMA_LENGTH.
  'struct scatterlist': [20, 32],
  'struct sg_table': [12, 16],
} as const

/** C name of a struct whose size is known. */
export type KnownStruct = keyof typeof STRUCTS

/** sizeof() of a struct, in a kernel for several processors and without lockdep. */
export function structSize(machine: Architecture, name: KnownStruct): number {
  return STRUCTS[name][wordSize(machine) === 4 ? 0 : 1]
}

/** Alignment of a field: no more than a word, of a u64 too (i386 aligns it to 4). */
export function fieldAlign(machine: Architecture, size: number): number {
  return Math.min(size, wordSize(machine))
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
