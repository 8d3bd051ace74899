// @era all
// @machine debug=off
// @expect none
//
// SLAB_TYPESAFE_BY_RCU: the object is handed out again while a reader looks at it. The reader takes a reference, looks
// at the key again, and lets go. (A kernel without debugging, which reuses the very object.)
import * as driver from './sessions.ts'
import { look_up_a_dying } from './traffic.ts'

look_up_a_dying(driver)
