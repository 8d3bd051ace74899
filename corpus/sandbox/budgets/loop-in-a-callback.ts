// ends: turns,seconds
import { pr_info } from 'linux'
pr_info('before')
;[3, 2, 1].sort(() => {
  for (;;) {}
})
