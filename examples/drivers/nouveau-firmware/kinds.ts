// @era all
// @expect none
//
// The three kinds: kmalloc memory that the processor copies into the falcon, pages that the device reads as one piece,
// and a vmalloc area behind a scatterlist, one entry a page. The list lives inside the lifetime of the area.
import * as driver from './firmware.ts'
import { load } from './load.ts'

load(driver, [driver.NVKM_FIRMWARE_IMG_RAM, driver.NVKM_FIRMWARE_IMG_DMA, driver.NVKM_FIRMWARE_IMG_SGT])
