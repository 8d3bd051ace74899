// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect warn-on 10
//
// The caller is told about a count that cannot be.
import { pr_info, WARN_ON } from 'linux'

let users = 0
const put = () => {
  users--
  WARN_ON(users < 0)
}
put()
pr_info(`${users}`)
