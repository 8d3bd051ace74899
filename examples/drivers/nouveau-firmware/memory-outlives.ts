// @era all
// @expect vmalloc-use-after-vfree 24
//
// MISTAKE: somebody else holds a reference on the memory object and believes that it keeps the image. The object's
// destructor frees nothing, because the firmware owns the storage, and nvkm_firmware_dtor() does not ask who is left.
import { kfree, pr_info } from 'linux'
import { device } from 'sim'
import {
  NVKM_FIRMWARE_IMG_SGT, nvkm_firmware_ctor, nvkm_firmware_dtor, nvkm_firmware_free, nvkm_firmware_mem_map,
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
nvkm_firmware_mem_map(memory, (addr) => ptes.push(addr))
nvkm_firmware_dtor(firmware)
for (const addr of ptes) pr_info(`the GPU reads ${gpu.dma_read(addr, 1)[0]}`)

nvkm_firmware_free(firmware)
kfree(src)
