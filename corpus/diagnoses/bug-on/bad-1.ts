// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect bug-on 10
//
// The count should never be negative.
import { BUG_ON, pr_info } from 'linux'

let users = 0
const put = () => {
  users--
  BUG_ON(users < 0)
  pr_info(`${users} left`)
}
users++
put()
put()
