// @era all
// @expect none
// @machine arch=i386-highmem memory=1G
//
// The driver looks at its own image page by page, on a 32-bit machine whose vmalloc areas come from high memory. The
// pages have no address there but the one that kmap_local_page() makes, for as long as it lasts (message 14).
import { kfree, kmap_local_page, kunmap_local, page_address, pr_info, sg_next, sg_page, type scatterlist } from 'linux'
import { device } from 'sim'
import { NVKM_FIRMWARE_IMG_SGT, nvkm_firmware_ctor, nvkm_firmware_free, nvkm_firmware_mem_sgl, nvkm_firmware_new }
  from './firmware.ts'
import { image, LENGTH } from './load.ts'

const src = image()
const firmware = nvkm_firmware_new(device('0000:01:00.0'))
nvkm_firmware_ctor(firmware, NVKM_FIRMWARE_IMG_SGT, src, LENGTH)

for (let sg: scatterlist | null = nvkm_firmware_mem_sgl(firmware); sg !== null; sg = sg_next(sg)) {
  const m = kmap_local_page(sg_page(sg))
  pr_info(`a page begins with ${m.read_u8(0)}`)
  kunmap_local(m)
}
nvkm_firmware_free(firmware)
kfree(src)
