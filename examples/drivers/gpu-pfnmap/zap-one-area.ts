// @era all
// @expect zap-by-address 56
//
// MISTAKE: the driver remembers the area of its first mmap() and clears the entries of that one. The area that fork()
// made has the same frames, at the same addresses, in another process.
/**
 * Buffer objects of a GPU driver that user space maps by frame number: the shmem helper of DRM
 * (drivers/gpu/drm/drm_gem_shmem_helper.c) with the shrinker of panfrost (panfrost_gem_shrinker.c), as of v6.12.
 * A command ring of one page beside them is mapped with remap_pfn_range(). Left out: README.md.
 */
import {
  struct, sizeof, ptr, u32, int, refcount_t, refcount_set, refcount_inc, refcount_inc_not_zero, refcount_dec_and_test,
  refcount_read, mutex, mutex_init, mutex_lock, mutex_trylock, mutex_unlock, list_head, INIT_LIST_HEAD, list_add_tail,
  list_del_init, list_empty, list_for_each_entry, list_for_each_entry_safe, LIST_HEAD, DEFINE_MUTEX, kzalloc, kcalloc,
  kfree, alloc_page, __free_page, get_zeroed_page, free_page, virt_to_phys, page_to_pfn, remap_pfn_range,
  vmf_insert_pfn, vm_flags_set, zap_vma_ptes, shrinker_alloc, shrinker_register, shrinker_free, WARN_ON_ONCE,
  GFP_KERNEL, __GFP_ZERO, PAGE_SIZE, PAGE_SHIFT, VM_PFNMAP, VM_DONTEXPAND, VM_DONTDUMP, VM_SHARED, VM_MAYWRITE,
  VM_FAULT_SIGBUS, SHRINK_STOP, EINVAL, ENOMEM, ENOENT, type file, type Ptr, type View, type shrink_control,
  type shrinker, type vm_area_struct, type vm_fault,
} from 'linux'
import { run } from './client.ts'

export const GEM_CREATE = 1
export const GEM_MADV_DONTNEED = 2
export const GEM_MADV_WILLNEED = 3
export const RING_RESET = 4
/** Offset of the buffer with a handle in the device file; 0 is the command ring. */
export const mmap_offset = (handle: number): number => handle << 20

const Bo = struct('drm_gem_shmem_object', {
  refs: refcount_t, resv: mutex, pages: ptr, pages_use_count: refcount_t, num_pages: u32, madv: int,
  madv_list: list_head, handle: u32,
})
type Bo = View<typeof Bo>
const Slot = struct('page_slot', { page: ptr })
/** One open of the device: the ring it submits from, and one buffer. */
const DrmFile = struct('drm_file', { ring: ptr, bo: ptr })
type DrmFile = View<typeof DrmFile>

const shrinker_lock = DEFINE_MUTEX('shrinker_lock')
const shrinker_list = LIST_HEAD('shrinker_list')

/** Whose mappings unmap_mapping_range() goes through: `dev->anon_inode->i_mapping`, here the file by handle. */
const files = new Map<number, file>()
const areas = new Map<number, vm_area_struct>()
let next_handle = 1

function slot(pages: Ptr, i: number): View<typeof Slot> {
  return pages.add(i * sizeof(Slot)).as(Slot)
}
function drm_file(file: file): DrmFile {
  return (file.private_data as Ptr).as(DrmFile)
}

function free_pages_of(pages: Ptr, n: number): void {
  for (let i = 0; i < n; i++) if (slot(pages, i).page !== null) __free_page(slot(pages, i).page)
  kfree(pages)
}

/** drm_gem_shmem_get_pages_locked(): the first user makes the pages. */
function get_pages_locked(bo: Bo): number {
  if (refcount_inc_not_zero(bo.pages_use_count)) return 0
  const pages = kcalloc(bo.num_pages, sizeof(Slot), GFP_KERNEL)
  if (pages === null) return -ENOMEM
  for (let i = 0; i < bo.num_pages; i++) {
    const page = alloc_page(GFP_KERNEL | __GFP_ZERO)
    if (page === null) {
      free_pages_of(pages, bo.num_pages)
      return -ENOMEM
    }
    slot(pages, i).page = page
  }
  bo.pages = pages
  refcount_set(bo.pages_use_count, 1)
  return 0
}

/** drm_gem_shmem_put_pages_locked(): the last user frees them, unless a purge did. */
function put_pages_locked(bo: Bo): void {
  if (refcount_read(bo.pages_use_count) === 0 || !refcount_dec_and_test(bo.pages_use_count)) return
  if (bo.pages === null) return
  free_pages_of(bo.pages, bo.num_pages)
  bo.pages = null
}

function gem_get(bo: Bo): void {
  refcount_inc(bo.refs)
}
function gem_put(bo: Bo): void {
  if (!refcount_dec_and_test(bo.refs)) return
  mutex_lock(shrinker_lock)
  list_del_init(bo.madv_list)
  mutex_unlock(shrinker_lock)
  WARN_ON_ONCE(refcount_read(bo.pages_use_count) !== 0)
  files.delete(bo.handle)
  kfree(bo.ptr)
}

/** drm_gem_shmem_fault(). */
function fault(vmf: vm_fault): number {
  const bo = vmf.vma.vm_private_data as Bo
  const offset = Number((vmf.address - vmf.vma.vm_start) >> BigInt(PAGE_SHIFT))
  let ret = VM_FAULT_SIGBUS
  mutex_lock(bo.resv)
  if (offset < bo.num_pages && bo.pages !== null && bo.madv >= 0)
    ret = vmf_insert_pfn(vmf.vma, vmf.address, page_to_pfn(slot(bo.pages, offset).page))
  mutex_unlock(bo.resv)
  return ret
}
/** drm_gem_shmem_vm_open(): a second area of the same buffer (fork, mremap, split). */
function vm_open(vma: vm_area_struct): void {
  const bo = vma.vm_private_data as Bo
  mutex_lock(bo.resv)
  WARN_ON_ONCE(!refcount_inc_not_zero(bo.pages_use_count))
  mutex_unlock(bo.resv)
  gem_get(bo)
}
function vm_close(vma: vm_area_struct): void {
  const bo = vma.vm_private_data as Bo
  mutex_lock(bo.resv)
  put_pages_locked(bo)
  mutex_unlock(bo.resv)
  gem_put(bo)
}
const vm_ops = { open: vm_open, close: vm_close, fault }

function gem_mmap(file: file, vma: vm_area_struct): number {
  const dfile = drm_file(file)
  if (vma.vm_pgoff === 0) {
    // The ring goes with the file, and an area holds the file: the page outlives every mapping of it.
    const pfn = Number(virt_to_phys(dfile.ring) >> BigInt(PAGE_SHIFT))
    return remap_pfn_range(vma, vma.vm_start, pfn, PAGE_SIZE, vma.vm_page_prot)
  }
  if (dfile.bo === null) return -ENOENT
  const bo = (dfile.bo as Ptr).as(Bo)
  if (vma.vm_pgoff !== mmap_offset(bo.handle) >> PAGE_SHIFT) return -EINVAL
  if (Number(vma.vm_end - vma.vm_start) > bo.num_pages * PAGE_SIZE) return -EINVAL
  if ((vma.vm_flags & (VM_SHARED | VM_MAYWRITE)) === VM_MAYWRITE) return -EINVAL

  mutex_lock(bo.resv)
  const err = get_pages_locked(bo)
  mutex_unlock(bo.resv)
  if (err !== 0) return err
  gem_get(bo)
  vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP)
  areas.set(bo.handle, vma)
  vma.vm_private_data = bo
  vma.vm_ops = vm_ops
  return 0
}

/** Takes a buffer's memory from it, whoever maps it: drm_gem_shmem_purge_locked(). */
function purge_locked(bo: Bo): void {
  // Entries without references: all of them go first, in every process, and then the pages.
  const vma = areas.get(bo.handle)!
  zap_vma_ptes(vma, vma.vm_start, bo.num_pages * PAGE_SIZE)
  free_pages_of(bo.pages, bo.num_pages)
  bo.pages = null
  bo.madv = -1
}

function is_purgeable(bo: Bo): boolean {
  return bo.madv > 0 && bo.pages !== null
}

function shrinker_count(): number {
  if (!mutex_trylock(shrinker_lock)) return 0
  let count = 0
  list_for_each_entry(shrinker_list, Bo, 'madv_list', (bo) => {
    if (is_purgeable(bo)) count += bo.num_pages
  })
  mutex_unlock(shrinker_lock)
  return count
}

function shrinker_scan(_shrinker: shrinker, sc: shrink_control): number {
  if (!mutex_trylock(shrinker_lock)) return SHRINK_STOP
  let freed = 0
  list_for_each_entry_safe(shrinker_list, Bo, 'madv_list', (bo) => {
    if (freed >= sc.nr_to_scan || !is_purgeable(bo) || !mutex_trylock(bo.resv)) return
    purge_locked(bo)
    freed += bo.num_pages
    list_del_init(bo.madv_list)
    mutex_unlock(bo.resv)
  })
  mutex_unlock(shrinker_lock)
  return freed
}

function gem_create(file: file, size: number): number {
  const dfile = drm_file(file)
  if (size === 0 || size % PAGE_SIZE !== 0 || dfile.bo !== null) return -EINVAL
  const memory = kzalloc(sizeof(Bo), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const bo = memory.as(Bo)
  refcount_set(bo.refs, 1)
  mutex_init(bo.resv)
  refcount_set(bo.pages_use_count, 0)
  INIT_LIST_HEAD(bo.madv_list)
  bo.num_pages = size / PAGE_SIZE
  bo.handle = next_handle++
  files.set(bo.handle, file)
  dfile.bo = bo
  return bo.handle
}

/** panfrost_ioctl_madvise(): 1 if the contents are still there. */
function madvise(bo: Bo, madv: number): number {
  mutex_lock(bo.resv)
  if (bo.madv >= 0) bo.madv = madv
  const retained = bo.madv >= 0 ? 1 : 0
  mutex_unlock(bo.resv)
  if (retained === 1) {
    mutex_lock(shrinker_lock)
    if (madv === 1 && list_empty(bo.madv_list)) list_add_tail(bo.madv_list, shrinker_list)
    else if (madv === 0) list_del_init(bo.madv_list)
    mutex_unlock(shrinker_lock)
  }
  return retained
}

function gem_ioctl(file: file, cmd: number, arg: Ptr | bigint | number): number {
  if (cmd === GEM_CREATE) return gem_create(file, Number(arg))
  if (cmd === RING_RESET) {
    drm_file(file).ring.write_u32(0, 0)
    return 0
  }
  const bo = drm_file(file).bo
  if (bo === null) return -ENOENT
  if (cmd === GEM_MADV_DONTNEED) return madvise((bo as Ptr).as(Bo), 1)
  if (cmd === GEM_MADV_WILLNEED) return madvise((bo as Ptr).as(Bo), 0)
  return -EINVAL
}

function drm_open(file: file): number {
  const memory = kzalloc(sizeof(DrmFile), GFP_KERNEL)
  if (memory === null) return -ENOMEM
  const ring = get_zeroed_page(GFP_KERNEL)
  if (ring === null) {
    kfree(memory)
    return -ENOMEM
  }
  memory.as(DrmFile).ring = ring
  file.private_data = memory
  return 0
}

function drm_release(file: file): void {
  const dfile = drm_file(file)
  if (dfile.bo !== null) gem_put((dfile.bo as Ptr).as(Bo))
  free_page(dfile.ring)
  kfree(dfile.ptr)
}

export const gem_fops = { open: drm_open, mmap: gem_mmap, ioctl: gem_ioctl, release: drm_release }

/** Registers the shrinker. Returns how to take it away, or null. */
export function gem_shrinker_init(): (() => void) | null {
  const shrinker = shrinker_alloc(0, 'drm-gem')
  if (shrinker === null) return null
  shrinker.count_objects = shrinker_count
  shrinker.scan_objects = shrinker_scan
  shrinker_register(shrinker)
  return () => shrinker_free(shrinker)
}

run(gem_fops, gem_shrinker_init)
