// @era all
// @expect flags-left-at-free 87
// @expect page-leak 160 memdesc
// @expect memdesc-breaks-tomorrow 58 memdesc
// @expect unbalanced-put 87 memdesc
//
// MISTAKE: the cache remembers the folio and takes no reference for it. When the entry of the program goes, the cache
// has a folio that is not its own.
/**
 * A file in memory: the page cache in its smallest form, as in mm/filemap.c and mm/truncate.c of v6.12. Who holds a
 * folio: the cache one reference a page, each entry of a user page table one, each pin 1024. Left out: README.md.
 */
import {
  struct, sizeof, ptr, u32, u64, spinlock_t, spin_lock_init, spin_lock, spin_unlock, rw_semaphore, init_rwsem,
  down_read, down_write, up_read, up_write, kzalloc, kfree, folio_alloc, folio_get, folio_put, folio_page,
  folio_ref_count, folio_mapcount, folio_maybe_dma_pinned, page_folio, set_page_mapping, SetPageLocked,
  ClearPageLocked, PageLocked, SetPageUptodate, ClearPageDirty, kmap_local_page, kunmap_local, memset, copy_to_user,
  unmap_mapping_range, pin_user_pages_fast, unpin_user_page, FOLL_WRITE, FOLL_LONGTERM, GFP_KERNEL,
  GFP_HIGHUSER_MOVABLE, PAGE_SIZE, VM_FAULT_SIGBUS, VM_FAULT_OOM, dma_map_page, dma_unmap_page, dma_mapping_error,
  DMA_FROM_DEVICE, ENOMEM, EBUSY, EIO, EFAULT, EINVAL, ENOENT, BUG_ON, pr_info, type file, type folio, type page,
  type Ptr, type View, type vm_area_struct, type vm_fault,
} from 'linux'
import { run } from './truncation.ts'
import { device } from 'sim'

export const FTRUNCATE = 1
export const PIN = 2
export const UNPIN = 3
export const STAT = 4
const SLOTS = 4

/** `struct inode` with its `i_data`; the slots stand for the xarray. */
const Inode = struct('inode', {
  i_rwsem: rw_semaphore, i_size: u64, invalidate_lock: rw_semaphore, i_pages_lock: spinlock_t, nrpages: u32,
  pinned: ptr, dma: u64,
})
type Inode = View<typeof Inode>
const Slot = struct('xa_slot', { entry: ptr })

function inode_of(file: file): Inode {
  return (file.private_data as Ptr).as(Inode)
}
function slot(inode: Inode, index: number): View<typeof Slot> {
  return inode.ptr.add(sizeof(Inode) + index * sizeof(Slot)).as(Slot)
}
function folio_lock(folio: folio): void {
  BUG_ON(PageLocked(folio_page(folio, 0)) !== 0)
  SetPageLocked(folio_page(folio, 0))
}
function folio_unlock(folio: folio): void {
  ClearPageLocked(folio_page(folio, 0))
}

/** filemap_get_folio(): with a reference of the caller's own. */
function filemap_get_folio(inode: Inode, index: number): folio | null {
  spin_lock(inode.i_pages_lock)
  const folio: folio | null = index < SLOTS ? slot(inode, index).entry : null
  if (folio !== null) folio_get(folio)
  spin_unlock(inode.i_pages_lock)
  return folio
}

/** filemap_add_folio(): the cache takes a reference, and the folio knows where it belongs. It is locked on return. */
function filemap_add_folio(inode: Inode, folio: folio, index: number): number {
  folio_lock(folio)
  spin_lock(inode.i_pages_lock)
  if (slot(inode, index).entry !== null) {
    spin_unlock(inode.i_pages_lock)
    folio_unlock(folio)
    folio_put(folio)
    return -EBUSY
  }
  set_page_mapping(folio_page(folio, 0), inode.ptr.addr)
  slot(inode, index).entry = folio
  inode.nrpages++
  spin_unlock(inode.i_pages_lock)
  return 0
}

/** filemap_remove_folio(), filemap_free_folio(): out of the cache, and the cache's reference goes. */
function filemap_remove_folio(inode: Inode, folio: folio, index: number): void {
  spin_lock(inode.i_pages_lock)
  slot(inode, index).entry = null
  set_page_mapping(folio_page(folio, 0), 0n)
  inode.nrpages--
  spin_unlock(inode.i_pages_lock)
  folio_put(folio)
}

/** A folio that is not there yet: a hole reads as zeroes. Locked and with a reference, or null. */
function filemap_create_folio(inode: Inode, index: number): folio | null {
  const folio = folio_alloc(GFP_HIGHUSER_MOVABLE, 0)
  if (folio === null) return null
  if (filemap_add_folio(inode, folio, index) !== 0) {
    folio_put(folio)
    return null
  }
  const m = kmap_local_page(folio_page(folio, 0))
  memset(m, 0, PAGE_SIZE)
  kunmap_local(m)
  SetPageUptodate(folio_page(folio, 0))
  return folio
}

/** filemap_fault(): the reference on the page goes along to the entry. */
function filemap_fault(vmf: vm_fault): number {
  const inode = inode_of(vmf.vma.vm_file!)
  down_read(inode.invalidate_lock)
  let ret = VM_FAULT_SIGBUS
  if (vmf.pgoff * PAGE_SIZE < Number(inode.i_size)) {
    let folio = filemap_get_folio(inode, vmf.pgoff)
    if (folio === null) {
      folio = filemap_create_folio(inode, vmf.pgoff)
      if (folio !== null) folio_unlock(folio)
    }
    ret = VM_FAULT_OOM
    if (folio !== null) {
      vmf.page = folio_page(folio, 0)
      ret = 0
    }
  }
  up_read(inode.invalidate_lock)
  return ret
}

/** truncate_inode_pages_range(): folio by folio, locked, unmapped, out of the cache. */
function truncate_inode_pages(file: file, inode: Inode, first: number): void {
  for (let index = first; index < SLOTS; index++) {
    const folio = filemap_get_folio(inode, index)
    if (folio === null) continue
    folio_lock(folio)
    if (folio_mapcount(folio) > 0) unmap_mapping_range(file, index * PAGE_SIZE, PAGE_SIZE, 1)
    ClearPageDirty(folio_page(folio, 0))
    filemap_remove_folio(inode, folio, index)
    folio_unlock(folio)
    folio_put(folio)
  }
}

/** do_truncate(): nobody writes, nobody faults, while the file gets shorter. */
function do_truncate(file: file, size: number): number {
  const inode = inode_of(file)
  if (size < 0 || size > SLOTS * PAGE_SIZE) return -EINVAL
  down_write(inode.i_rwsem)
  down_write(inode.invalidate_lock)
  inode.i_size = BigInt(size)
  truncate_inode_pages(file, inode, Math.ceil(size / PAGE_SIZE))
  up_write(inode.invalidate_lock)
  up_write(inode.i_rwsem)
  return 0
}

/** A network card with RDMA, which writes into pages of the program when a packet comes. */
const rnic = device('rnic')

/** A device takes the page for long. Truncation then takes the page from the file, and not from the device. */
function pin(inode: Inode, at: Ptr): number {
  if (inode.pinned !== null) return -EBUSY
  const pages: page[] = []
  const n = pin_user_pages_fast(at.addr, 1, FOLL_WRITE | FOLL_LONGTERM, pages)
  if (n !== 1) return n < 0 ? n : -EFAULT
  const addr = dma_map_page(rnic, pages[0]!, 0, PAGE_SIZE, DMA_FROM_DEVICE)
  if (dma_mapping_error(rnic, addr)) {
    unpin_user_page(pages[0]!)
    return -EIO
  }
  inode.dma = addr
  inode.pinned = pages[0]!
  return 0
}
/** The device is done; what it wrote last is in the page. */
function unpin(inode: Inode): number {
  const page: page | null = inode.pinned
  if (page === null) return -ENOENT
  rnic.dma_write(inode.dma, [0x4e, 0xd0, 0, 0])
  dma_unmap_page(rnic, inode.dma, PAGE_SIZE, DMA_FROM_DEVICE)
  inode.pinned = null
  unpin_user_page(page)
  return 0
}

function stat(inode: Inode): number {
  const page: page | null = inode.pinned
  const folio = page !== null ? page_folio(page) : (slot(inode, 0).entry as folio | null)
  if (folio === null) return 0
  const counts = `${folio_ref_count(folio)} references, ${folio_mapcount(folio)} maps`
  pr_info(`  ${inode.nrpages} in the cache; folio: ${counts}${folio_maybe_dma_pinned(folio) ? ', pinned' : ''}`)
  return 0
}

function file_open(file: file): number {
  const memory = kzalloc(sizeof(Inode) + SLOTS * sizeof(Slot), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const inode = memory.as(Inode)
  init_rwsem(inode.i_rwsem)
  init_rwsem(inode.invalidate_lock)
  spin_lock_init(inode.i_pages_lock)
  file.private_data = memory
  return 0
}
function file_mmap(_file: file, vma: vm_area_struct): number {
  vma.vm_ops = { fault: filemap_fault }
  return 0
}
/** filemap_read(). */
function file_read(file: file, buf: Ptr, count: number): number {
  const inode = inode_of(file)
  let folio = filemap_get_folio(inode, 0)
  if (folio === null) {
    folio = filemap_create_folio(inode, 0)
    if (folio === null) return -ENOMEM
    folio_unlock(folio)
  }
  const n = Math.min(count, Number(inode.i_size), PAGE_SIZE)
  const m = kmap_local_page(folio_page(folio, 0))
  const left = copy_to_user(buf, m, n)
  kunmap_local(m)
  folio_put(folio)
  return left === 0 ? n : -EFAULT
}
function file_ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
  if (cmd === FTRUNCATE) return do_truncate(file, Number(arg))
  if (cmd === PIN) return pin(inode_of(file), arg as Ptr)
  if (cmd === UNPIN) return unpin(inode_of(file))
  if (cmd === STAT) return stat(inode_of(file))
  return -EINVAL
}
/** The last close: what a device still has pinned stays with it until it is done. */
function file_release(file: file): void {
  const inode = inode_of(file)
  if (inode.pinned !== null) unpin(inode)
  do_truncate(file, 0)
  kfree(inode.ptr)
}

export const file_fops = {
  open: file_open, mmap: file_mmap, read: file_read, ioctl: file_ioctl, release: file_release,
}

run(file_fops)
