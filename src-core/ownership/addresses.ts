/** Kernel virtual addresses of memory, as diagnoses print them. */
import { addressText } from '../trace/abi.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { firstHighFrame, type MachineInfo } from '../trace/record.ts'

/** `0x` and all digits of a word: 16, or 8 on i386. */
export function hex(machine: Pick<MachineInfo, 'arch'>, address: bigint): string {
  return `0x${addressText(machine, address)}`
}

/** Address of memory from its kind and base (units: trace/allocation-kind.ts). 0 if it has none, as
 * pages of high memory. */
export function kernelAddress(machine: MachineInfo, kind: number, base: number): bigint {
  const shift = BigInt(machine.pageShift)
  switch (kind) {
    case AllocationKind.PAGES:
    case AllocationKind.COMPOUND:
    case AllocationKind.LARGE_KMALLOC:
    case AllocationKind.SLAB:
    case AllocationKind.COHERENT:
    case AllocationKind.ANONYMOUS:
      return base < firstHighFrame(machine) ? machine.pageOffset + (BigInt(base) << shift) : 0n
    case AllocationKind.KMALLOC:
    case AllocationKind.CACHE_OBJECT:
      return machine.pageOffset + BigInt(base)
    case AllocationKind.VMALLOC:
    case AllocationKind.VMAP:
      return machine.vmallocStart + (BigInt(base) << shift)
    default:
      return 0n
  }
}
