// @era all
// @expect none
//
// The ring as it is: compound blocks. Watch the count of the first block's head on the way: 1, 5, 6, 2, 1, 0. A page
// that was spliced into a pipe outlives mapping and socket, and the last reader of the pipe frees all four.
import { packet_ops, first_block } from './af_packet.ts'
import { run } from './capture.ts'

run(packet_ops, first_block)
