// @era all
// @expect none
// @machine swiotlb=force
//
// A receive buffer stays mapped all its life: sync_for_cpu hands it to the driver, sync_for_device back to the card.
// The machine bounces every transfer, so that a missing hand-over is visible in the bytes.
import * as driver from './r8169.ts'
import { traffic } from './traffic.ts'

traffic(driver)
