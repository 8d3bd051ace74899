// @era all
// @expect null-dereference 153
//
// TRAP, as in v6.12: when there is no memory for an image of kind DMA, the list is set up with NULL before anybody
// looks. virt_to_page(NULL) is a page that does not exist, and no error.
/**
 * A firmware image in the three kinds of memory that nouveau has for it: nvkm_firmware_ctor(), _dtor() and the memory
 * object of drivers/gpu/drm/nouveau/nvkm/core/firmware.c, v6.12 (the file that message 15 of the thread points at).
 * Two traps of the original are put right here and are variants of their own: README.md.
 */
import {
  struct, sizeof, ptr, u32, u64, refcount_t, refcount_set, refcount_inc, refcount_dec_and_test, kmalloc, kfree, kzalloc,
  vmalloc, vfree, vmalloc_to_page, memcpy, __get_free_pages, free_pages, sg_alloc_table, sg_free_table, sg_init_one,
  sg_set_page, sg_next, sg_dma_address, sg_dma_len, sg_table, scatterlist, dma_map_single, dma_unmap_single,
  dma_mapping_error, dma_map_sgtable, dma_unmap_sgtable, dma_sync_single_for_cpu, dma_sync_single_for_device,
  DMA_TO_DEVICE, GFP_KERNEL, PAGE_SIZE, ENOMEM, EFAULT, EINVAL, ENOSYS, WARN_ON, BUG_ON, type device, type Ptr,
  type View,
} from 'linux'
import { load } from './load.ts'
import { fail_next } from 'sim'

export const NVKM_FIRMWARE_IMG_RAM = 0
export const NVKM_FIRMWARE_IMG_DMA = 1
export const NVKM_FIRMWARE_IMG_SGT = 2

const Firmware = struct('nvkm_firmware', { type: u32, len: u32, img: ptr, phys: u64, mem_refs: refcount_t })
/** The struct, and the two scatterlists that are embedded in the original's. */
export interface NvkmFirmware {
  readonly fw: View<typeof Firmware>
  readonly device: device
  readonly mem_sgl: scatterlist
  readonly mem_sgt: sg_table
}

const align = (n: number): number => Math.ceil(n / PAGE_SIZE) * PAGE_SIZE
function get_order(size: number): number {
  let order = 0
  while (PAGE_SIZE << order < size) order++
  return order
}

/** dma_alloc_noncoherent(): pages that are mapped for the device, which owns them from the start. */
function dma_alloc_noncoherent(dev: device, len: number, handle: bigint[]): Ptr | null {
  const img = __get_free_pages(GFP_KERNEL, get_order(len))
  if (img === null) return null
  handle[0] = dma_map_single(dev, img, len, DMA_TO_DEVICE)
  if (!dma_mapping_error(dev, handle[0])) return img
  free_pages(img, get_order(len))
  return null
}
function dma_free_noncoherent(dev: device, len: number, img: Ptr, handle: bigint): void {
  dma_unmap_single(dev, handle, len, DMA_TO_DEVICE)
  free_pages(img, get_order(len))
}

/** nvkm_firmware_mem_sgl(): the list of a firmware's memory object; null for the kind that has none. */
export function nvkm_firmware_mem_sgl({ fw, mem_sgl, mem_sgt }: NvkmFirmware): scatterlist | null {
  switch (fw.type) {
    case NVKM_FIRMWARE_IMG_DMA:
      return mem_sgl
    case NVKM_FIRMWARE_IMG_SGT:
      return mem_sgt.sgl
    default:
      WARN_ON(true)
      return null
  }
}
/** nvkm_firmware_mem_size(): of the first entry only, which is one page of an image of kind SGT. */
export function nvkm_firmware_mem_size(firmware: NvkmFirmware): number {
  const sgl = nvkm_firmware_mem_sgl(firmware)
  return sgl === null ? 0 : sg_dma_len(sgl)
}
export function nvkm_firmware_mem_addr({ fw }: NvkmFirmware): bigint {
  BUG_ON(fw.type !== NVKM_FIRMWARE_IMG_DMA)
  return fw.phys
}
/** nvkm_firmware_mem_map(): what the GPU's page tables would be filled with, entry by entry. */
export function nvkm_firmware_mem_map(firmware: NvkmFirmware, map: (addr: bigint, len: number) => void): number {
  const sgl = nvkm_firmware_mem_sgl(firmware)
  if (sgl === null) return -ENOSYS
  for (let sg: scatterlist | null = sgl; sg !== null; sg = sg_next(sg)) map(sg_dma_address(sg), sg_dma_len(sg))
  return 0
}
/** nvkm_memory_ref(): somebody else holds the memory object. It keeps the object, and not the storage. */
export function nvkm_memory_ref(firmware: NvkmFirmware): NvkmFirmware {
  refcount_inc(firmware.fw.mem_refs)
  return firmware
}
function nvkm_memory_unref(firmware: NvkmFirmware): void {
  // nvkm_firmware_mem_dtor() frees nothing: the firmware owns the storage.
  refcount_dec_and_test(firmware.fw.mem_refs)
}

/** Frees the image. A second call does nothing. */
export function nvkm_firmware_dtor(firmware: NvkmFirmware): void {
  const { fw, device, mem_sgt } = firmware
  if (fw.img === null) return
  switch (fw.type) {
    case NVKM_FIRMWARE_IMG_RAM:
      kfree(fw.img)
      break
    case NVKM_FIRMWARE_IMG_DMA:
      nvkm_memory_unref(firmware)
      dma_free_noncoherent(device, align(fw.len), fw.img, fw.phys)
      break
    case NVKM_FIRMWARE_IMG_SGT:
      nvkm_memory_unref(firmware)
      dma_unmap_sgtable(device, mem_sgt, DMA_TO_DEVICE, 0)
      sg_free_table(mem_sgt)
      vfree(fw.img)
      break
    default:
      WARN_ON(true)
      break
  }
  fw.img = null
}

/** The part of the constructor for kind SGT, once the area is there: table, pages, mapping. */
function nvkm_firmware_sgt({ device, mem_sgt, fw }: NvkmFirmware, len: number): number {
  let ret = sg_alloc_table(mem_sgt, len / PAGE_SIZE, GFP_KERNEL)
  if (ret !== 0) return ret
  let data: Ptr = fw.img
  // One entry a page, though neighbours in memory could share one.
  for (let sg: scatterlist | null = mem_sgt.sgl; sg !== null; sg = sg_next(sg)) {
    const page = vmalloc_to_page(data)
    if (page === null) {
      ret = -EFAULT
      break
    }
    sg_set_page(sg, page, PAGE_SIZE, 0)
    data = data.add(PAGE_SIZE)
  }
  if (ret === 0) ret = dma_map_sgtable(device, mem_sgt, DMA_TO_DEVICE, 0)
  if (ret !== 0) sg_free_table(mem_sgt)
  return ret
}

/** Copies an image. Returns 0; -EINVAL for a kind that is none; -ENOMEM for every other error, whatever it was. */
export function nvkm_firmware_ctor(firmware: NvkmFirmware, type: number, src: Ptr, length: number): number {
  const { fw, device, mem_sgl } = firmware
  fw.type = type
  fw.len = length
  const len = align(length)
  switch (type) {
    case NVKM_FIRMWARE_IMG_RAM:
      fw.img = kmalloc(length, GFP_KERNEL)
      if (fw.img !== null) memcpy(fw.img, src, length)
      break
    case NVKM_FIRMWARE_IMG_DMA: {
      const addr: bigint[] = []
      fw.img = dma_alloc_noncoherent(device, len, addr)
      sg_init_one(mem_sgl, fw.img, len)
      if (fw.img === null) return -ENOMEM
      dma_sync_single_for_cpu(device, addr[0]!, len, DMA_TO_DEVICE)
      memcpy(fw.img, src, length)
      fw.phys = addr[0]!
      mem_sgl.dma_address = fw.phys
      mem_sgl.dma_length = len
      break
    }
    case NVKM_FIRMWARE_IMG_SGT:
      fw.img = vmalloc(len)
      if (fw.img === null) break
      memcpy(fw.img, src, length)
      if (nvkm_firmware_sgt(firmware, len) !== 0) {
        vfree(fw.img)
        fw.img = null
      }
      break
    default:
      WARN_ON(true)
      return -EINVAL
  }
  if (fw.img === null) return -ENOMEM
  refcount_set(fw.mem_refs, 1)
  return 0
}

/** What the falcon's boot code does before the device looks (falcon/fw.c): patch the signature, hand the image over. */
export function nvkm_falcon_fw_boot({ fw, device }: NvkmFirmware, signature: number): void {
  fw.img.write_u32(0, signature)
  if (fw.type === NVKM_FIRMWARE_IMG_DMA) dma_sync_single_for_device(device, fw.phys, align(fw.len), DMA_TO_DEVICE)
}

/** A firmware without an image. */
export function nvkm_firmware_new(device: device): NvkmFirmware {
  const fw = kzalloc(sizeof(Firmware), GFP_KERNEL)!.as(Firmware)
  return { fw, device, mem_sgl: new scatterlist(), mem_sgt: new sg_table() }
}
export function nvkm_firmware_free(firmware: NvkmFirmware): void {
  nvkm_firmware_dtor(firmware)
  kfree(firmware.fw.ptr)
}

fail_next('__get_free_pages')
const driver = { nvkm_firmware_new, nvkm_firmware_ctor, nvkm_falcon_fw_boot, nvkm_firmware_mem_map, nvkm_firmware_free }
load(driver, [NVKM_FIRMWARE_IMG_DMA])
