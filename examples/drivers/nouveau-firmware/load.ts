/** Loads an image, lets the GPU read it, and frees it. */
import { kmalloc, kfree, memset, GFP_KERNEL, PAGE_SIZE, pr_info, type device, type Ptr } from 'linux'
import { device as make_device } from 'sim'

/** Two pages and a half. */
export const LENGTH = 2 * PAGE_SIZE + 2048

/** The image as the file system gave it: byte n of page p is p + 1. */
export function image(): Ptr {
  const src = kmalloc(LENGTH, GFP_KERNEL)!
  for (let at = 0, page = 1; at < LENGTH; at += PAGE_SIZE, page++)
    memset(src.add(at), page, Math.min(PAGE_SIZE, LENGTH - at))
  return src
}

interface Driver<Fw> {
  nvkm_firmware_new(dev: device): Fw
  nvkm_firmware_ctor(firmware: Fw, type: number, src: Ptr, length: number): number
  nvkm_falcon_fw_boot(firmware: Fw, signature: number): void
  nvkm_firmware_mem_map(firmware: Fw, map: (addr: bigint, len: number) => void): number
  nvkm_firmware_free(firmware: Fw): void
}

const KINDS = ['RAM', 'DMA', 'SGT']

/** One firmware of each of the kinds given. */
export function load<Fw>(driver: Driver<Fw>, kinds: number[]): void {
  const gpu = make_device('0000:01:00.0')
  const src = image()
  for (const type of kinds) {
    const firmware = driver.nvkm_firmware_new(gpu)
    pr_info(`${KINDS[type]}: ${driver.nvkm_firmware_ctor(firmware, type, src, LENGTH)}`)
    // The falcon signs small images; the GSP's, of kind SGT, is signed already.
    if (type === 1) driver.nvkm_falcon_fw_boot(firmware, 0x5169)
    if (type !== 0) {
      driver.nvkm_firmware_mem_map(firmware, (addr, len) => {
        const page = gpu.dma_read(addr + BigInt(len) - 4096n, 16)
        pr_info(`the GPU reads ${len} bytes; the last page begins with ${page[0]}`)
      })
    }
    driver.nvkm_firmware_free(firmware)
  }
  kfree(src)
}
