// @era all
// @expect bug-on firmware.ts:67
//
// MISTAKE: asking a firmware of kind SGT for "its" device address. It has as many as pages; the memory object stops the
// kernel rather than answer. A caller has to go through nvkm_firmware_mem_map().
import { kfree, pr_info } from 'linux'
import { device } from 'sim'
import {
  NVKM_FIRMWARE_IMG_SGT, nvkm_firmware_ctor, nvkm_firmware_dtor, nvkm_firmware_free, nvkm_firmware_mem_addr,
  nvkm_firmware_new, nvkm_memory_ref,
} from './firmware.ts'
import { image, LENGTH } from './load.ts'

const gpu = device('0000:01:00.0')
const src = image()
const firmware = nvkm_firmware_new(gpu)
nvkm_firmware_ctor(firmware, NVKM_FIRMWARE_IMG_SGT, src, LENGTH)

const memory = nvkm_memory_ref(firmware)
// The entries of the GPU's own page table.
const ptes: bigint[] = []
ptes.push(nvkm_firmware_mem_addr(memory))
for (const addr of ptes) pr_info(`the GPU reads ${gpu.dma_read(addr, 1)[0]}`)
nvkm_firmware_dtor(firmware)

nvkm_firmware_free(firmware)
kfree(src)
