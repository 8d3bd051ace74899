// @era all
// @expect warn-on firmware.ts:165
// @expect warn-on firmware.ts:57
//
// Every error path of the constructor once, by fault injection. Whatever failed, the answer is -ENOMEM, and nothing is
// left; a kind that is none warns (it is the one warning here).
import { kfree, pr_info } from 'linux'
import { device, fail_next } from 'sim'
import {
  NVKM_FIRMWARE_IMG_DMA, NVKM_FIRMWARE_IMG_RAM, NVKM_FIRMWARE_IMG_SGT, nvkm_firmware_ctor, nvkm_firmware_dtor,
  nvkm_firmware_free, nvkm_firmware_mem_map, nvkm_firmware_mem_size, nvkm_firmware_new,
} from './firmware.ts'
import { image, LENGTH } from './load.ts'

const gpu = device('0000:01:00.0')
const src = image()
const fails = (type: number, name: string): void => {
  const firmware = nvkm_firmware_new(gpu)
  fail_next(name)
  pr_info(`${name} fails: ${nvkm_firmware_ctor(firmware, type, src, LENGTH)}`)
  nvkm_firmware_free(firmware)
}
fails(NVKM_FIRMWARE_IMG_RAM, 'kmalloc')
fails(NVKM_FIRMWARE_IMG_DMA, '__get_free_pages')
fails(NVKM_FIRMWARE_IMG_DMA, 'dma_map_single')
fails(NVKM_FIRMWARE_IMG_SGT, 'vmalloc')
fails(NVKM_FIRMWARE_IMG_SGT, 'sg_alloc_table')
fails(NVKM_FIRMWARE_IMG_SGT, 'dma_map_sgtable')

const firmware = nvkm_firmware_new(gpu)
pr_info(`an image of three pages: ${nvkm_firmware_ctor(firmware, NVKM_FIRMWARE_IMG_SGT, src, LENGTH)}`)
pr_info(`its memory object says ${nvkm_firmware_mem_size(firmware)} bytes: those of the first entry`)
nvkm_firmware_dtor(firmware)
nvkm_firmware_dtor(firmware)

pr_info(`an unknown kind: ${nvkm_firmware_ctor(firmware, 3, src, LENGTH)}`)
pr_info(`to be mapped: ${nvkm_firmware_mem_map(firmware, () => undefined)}`)
nvkm_firmware_free(firmware)
kfree(src)
