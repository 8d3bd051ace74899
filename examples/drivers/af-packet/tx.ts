// @era all
// @expect memdesc-breaks-tomorrow tx_ring.ts:179 memdesc
//
// A program sends two packets from its ring and closes the socket while they are in flight. Each packet holds a
// reference to its page; the ring itself waits until no memory for sending is left, and is freed by a worker. Under
// memdesc the pages of a ring have no count, and the reference of a packet means nothing.
import { tx_ops, first_block } from './tx_ring.ts'
import { run } from './sender.ts'

run(tx_ops, first_block)
