// @era all
// @expect page-address-null-highmem 19
// @machine arch=i386-highmem memory=1G
//
// MISTAKE: "you can't call page_address() on vmalloc memory because vmalloc can allocate pages from HIGHMEM"
// (message 14). On 64-bit machines it works, which is why it is written.
import { kfree, page_address, pr_info, sg_next, sg_page, type scatterlist } from 'linux'
import { device } from 'sim'
import { NVKM_FIRMWARE_IMG_SGT, nvkm_firmware_ctor, nvkm_firmware_free, nvkm_firmware_mem_sgl, nvkm_firmware_new }
  from './firmware.ts'
import { image, LENGTH } from './load.ts'

const src = image()
const firmware = nvkm_firmware_new(device('0000:01:00.0'))
nvkm_firmware_ctor(firmware, NVKM_FIRMWARE_IMG_SGT, src, LENGTH)

for (let sg: scatterlist | null = nvkm_firmware_mem_sgl(firmware); sg !== null; sg = sg_next(sg)) {
  const m = page_address(sg_page(sg))!
  pr_info(`a page begins with ${m.read_u8(0)}`)
}
nvkm_firmware_free(firmware)
kfree(src)
