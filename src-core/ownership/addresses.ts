/** Kernel virtual addresses of memory, as diagnoses print them. */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { MachineInfo } from '../trace/record.ts'

/** `0x` and 16 hexadecimal digits. */
export function hex(address: bigint): string {
  return `0x${BigInt.asUintN(64, address).toString(16).padStart(16, '0')}`
}

/** Address of memory from its kind and base (units: trace/allocation-kind.ts). 0 if it has none. */
export function kernelAddress(machine: MachineInfo, kind: number, base: number): bigint {
  const shift = BigInt(machine.pageShift)
  switch (kind) {
    case AllocationKind.PAGES:
    case AllocationKind.COMPOUND:
    case AllocationKind.LARGE_KMALLOC:
    case AllocationKind.SLAB:
    case AllocationKind.COHERENT:
    case AllocationKind.ANONYMOUS:
      return machine.pageOffset + (BigInt(base) << shift)
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
