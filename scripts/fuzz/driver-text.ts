/**
 * The driver that random programs work with, compiled as a module of its own. It is part of every snippet that is
 * shown, so what its callbacks do is the same there.
 */
export const DRIVER_TEXT = `import { container_of, get_page, IRQ_HANDLED, kfree, list_head } from 'linux'
import { list_lru_isolate } from 'linux'
import { LRU_REMOVED, LRU_ROTATE, LRU_SKIP, misc_register, page_to_pfn, rcu_head, struct, u32 } from 'linux'
import { VM_FAULT_SIGBUS, VM_MIXEDMAP, VM_PFNMAP, vmf_insert_mixed, vmf_insert_pfn } from 'linux'
import { spawn, waitpid } from 'user'

export const state = { hook: null, vma: null, file: null, scanned: 0, work: 0 }
export const Box = struct('box', { n: u32, lru: list_head, rcu: rcu_head })
export const noop = () => {}
export const freeBox = (head) => kfree(container_of(head, Box, 'rcu').ptr)
export const handler = () => IRQ_HANDLED
export const worker = () => { state.work++ }
export const countObjects = () => state.scanned++ % 3
export const scanObjects = () => 1
export const rotate = () => LRU_ROTATE
export const skip = () => LRU_SKIP
export const remove = (item, list) => { list_lru_isolate(list, item); return LRU_REMOVED }
export const vmOps = {
  open() {},
  close() {},
  fault(vmf) {
    const page = vmf.vma.vm_private_data?.[vmf.pgoff] ?? null
    if (page === null) return VM_FAULT_SIGBUS
    const flags = vmf.vma.vm_flags
    if ((flags & VM_PFNMAP) !== 0) return vmf_insert_pfn(vmf.vma, vmf.address, page_to_pfn(page))
    if ((flags & VM_MIXEDMAP) !== 0) return vmf_insert_mixed(vmf.vma, vmf.address, page_to_pfn(page))
    get_page(page)
    vmf.page = page
    return 0
  },
}
export const fops = {
  open(file) { state.file = file },
  mmap(file, vma) {
    state.vma = vma
    vma.vm_ops = vmOps
    return state.hook === null ? 0 : state.hook(vma)
  },
  ioctl(file, cmd) { return cmd === 7 ? -22 : cmd },
  read(file, buf, count) { return count },
  write(file, buf, count) { return count },
  release() {},
}
misc_register({ name: 'fuzz', fops })
`

/** Names that the driver exports. */
export const DRIVER_EXPORTS = [...DRIVER_TEXT.matchAll(/export const (\w+)/g)].map((match) => match[1] ?? '')
