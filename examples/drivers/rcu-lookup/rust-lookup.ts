// @era all
// @expect not-in-this-era rust_slot.ts:7 v6.12
//
// Feng's question in Rust: one owner, readers under a guard, a grace period before the page is freed. The borrow ends
// with the guard, which nothing but the owner's patience keeps: no type does.
import { read_and_revoke } from './rust_reader.ts'
import * as slot from './rust_slot.ts'

read_and_revoke(slot)
