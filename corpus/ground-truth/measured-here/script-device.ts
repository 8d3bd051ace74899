/** The device of the scripts: its mmap hook and its vm_ops, which print when they are called. */
import * as k from 'linux'
import type { file, vm_area_struct, vm_fault } from 'linux'
import { away, base, lab, pages, say, SIZE, some } from './script-state.ts'

function area(what: string, vma: vm_area_struct) {
  const length = Number((vma.vm_end - vma.vm_start) / BigInt(SIZE))
  say(`${what} = ${away(vma.vm_start)}+${length} pgoff ${vma.vm_pgoff}`)
}

function fault(vmf: vm_fault): number {
  say(`fault = pgoff ${vmf.pgoff}${(vmf.flags & 1) !== 0 ? ' write' : ''}`)
  const p = vmf.pgoff < lab.count ? pages[lab.first + vmf.pgoff] : null
  if (p === null || p === undefined) return k.VM_FAULT_SIGBUS
  let result = k.VM_FAULT_SIGBUS
  switch (lab.mode) {
    case 'fault':
    case 'faultlocked':
      k.get_page(p)
      if (lab.mode === 'faultlocked') k.lock_page(p)
      vmf.page = p
      return lab.mode === 'fault' ? 0 : k.VM_FAULT_LOCKED
    case 'pfn':
      result = k.vmf_insert_pfn(vmf.vma, vmf.address, k.page_to_pfn(p))
      break
    case 'mixed':
      result = k.vmf_insert_mixed(vmf.vma, vmf.address, k.page_to_pfn(p))
      break
    case 'faultinsert': {
      const error = k.vm_insert_page(vmf.vma, vmf.address, p)
      say(`vm_insert_page = ${error}`)
      result = error === 0 || error === -k.EBUSY ? k.VM_FAULT_NOPAGE : error === -k.ENOMEM ? k.VM_FAULT_OOM : k.VM_FAULT_SIGBUS
      break
    }
    case 'oom':
      return k.VM_FAULT_OOM
    case 'segv':
      return k.VM_FAULT_SIGSEGV
    default:
      return k.VM_FAULT_SIGBUS
  }
  say(`fault.return = ${result}`)
  return result
}

const plain = { open: (vma: vm_area_struct) => area('open', vma), close: (vma: vm_area_struct) => area('close', vma), fault }
const veto = {
  ...plain,
  may_split(_vma: vm_area_struct, address: bigint) {
    say(`may_split = ${away(address)}`)
    return lab.splitVeto
  },
  mremap(vma: vm_area_struct) {
    area('mremap_hook', vma)
    return lab.moveVeto
  },
}

k.misc_register({
  name: 'lab',
  fops: {
    open(opened: file) {
      lab.device = opened
    },
    mmap(_file: file, vma: vm_area_struct) {
      if (lab.pending >= 0) base[lab.pending] = vma.vm_start
      vma.vm_ops = lab.withoutOps ? null : lab.withVeto ? veto : plain
      if (lab.extra !== 0) k.vm_flags_set(vma, lab.extra)
      let result = 0
      if (lab.mode === 'insert') {
        for (let i = 0; i < lab.count && result === 0; i++) result = k.vm_insert_page(vma, vma.vm_start + BigInt(i * SIZE), pages[lab.first + i]!)
        say(`vm_insert_page = ${result}`)
      } else if (lab.mode === 'inserts') {
        const left = [lab.count]
        result = k.vm_insert_pages(vma, vma.vm_start, some(lab.first, lab.count), left)
        say(`vm_insert_pages = ${result} left ${left[0]}`)
      } else if (lab.mode === 'map') {
        result = k.vm_map_pages(vma, some(lab.first, lab.count), lab.count)
        say(`vm_map_pages = ${result}`)
      } else if (lab.mode === 'mapzero') {
        result = k.vm_map_pages_zero(vma, some(lab.first, lab.count), lab.count)
        say(`vm_map_pages_zero = ${result}`)
      } else if (lab.mode === 'remap') {
        result = k.remap_pfn_range(vma, vma.vm_start, k.page_to_pfn(pages[lab.first]!), lab.count * SIZE, vma.vm_page_prot as number)
        say(`remap_pfn_range = ${result}`)
      } else if (lab.mode === 'refuse') {
        result = -k.EPERM
      }
      return result
    },
    ioctl() {
      return lab.action()
    },
  },
})
