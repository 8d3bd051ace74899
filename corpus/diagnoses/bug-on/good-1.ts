// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The condition never holds.
import { BUG_ON, pr_info } from 'linux'

let users = 1
const put = () => {
  users--
  BUG_ON(users < 0)
  pr_info(`${users} left`)
}
put()
