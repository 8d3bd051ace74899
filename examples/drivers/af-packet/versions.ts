// @era all
// @expect none
//
// A program that changes the version of its socket between two rings: V3, no ring, V2, no ring again. The block
// descriptor that V3 left behind lies where V2 looks for its map of owners; it is not freed, because no vector is.
import { packet_ops } from './af_packet.ts'
import { run_versions } from './version-change.ts'

run_versions(packet_ops)
