// @era all
// @machine swiotlb=force
// @expect not-in-this-era rust_ring.ts:7 v6.12 v6.14 v6.17 v6.18
//
// The card in Rust: a packet belongs to its table, and the table to the ring, until the card has given it back.
import { traffic } from './rust_ring.ts'

traffic()
