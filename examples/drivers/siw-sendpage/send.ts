// @era all
// @expect none
//
// siw sends kernel memory by reference where it may. Up to v6.14 a large kmalloc() has pages with a count, and goes by
// reference; from v6.17 sendpage_ok() says no, and the same call copies. Nothing breaks: it asked, and counted right.
import { send_message } from './message.ts'
import { siw_0copy_tx } from './siw.ts'

send_message(siw_0copy_tx)
