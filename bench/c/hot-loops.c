/*
 * The two hot loops of the bench with the record keeping of Pageward, in C.
 *
 * For every operation: the columns of the trace (29 bytes an operation, 13 a delta, 13 an allocation), and a ledger
 * with a row for each allocation (what it is, the step that made it, the step that freed it) that is looked up and
 * checked at the free. pages: a reference count and an owner column per frame, a LIFO list of free frames. slab: a
 * LIFO freelist of a size class, threaded through an array. Records are read back at the end and a checksum printed,
 * so that nothing can be left out by the compiler.
 *
 * Usage: hot-loops pages|slab PAIRS   prints one JSON line: wall and cpu in nanoseconds an operation, reading back not
 * counted.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHUNK = 65536, FRAMES = 16384, FIRST = 256, OBJECTS = 16, STRIDE = 256 };
enum { REFCOUNT = 1, USE = 3, OBJECT = 8 };
enum { USE_PCP = 2u << 28, USE_PAGE = 3u << 28, ID = (1u << 28) - 1 };
enum { OP_ALLOC_PAGE = 2, OP_FREE_PAGE = 9, OP_KMALLOC = 40, OP_KFREE = 46 };
enum { KIND_PAGES = 1, KIND_KMALLOC = 3, LAST = 1, LIVE = 1, FREED = 2 };

struct chunk {
  uint16_t *kind, *task;
  uint32_t *site, *allocation, *subject;
  int32_t *a, *b;
  uint8_t *flags;
  uint32_t *delta_end;
  uint8_t *d_field;
  uint32_t *d_index, *d_old, *d_new;
  uint32_t *a_step, *a_base, *a_size;
  uint8_t *a_kind;
  uint32_t ops, deltas, allocations, first_step;
  struct chunk *next;
};

/* The shadow's row of an allocation, as the ledger of Pageward keeps it: one cache line holds two. */
struct row {
  uint32_t head, base, size, born, freed, slab, rights, pointers;
};

static struct chunk *first_chunk, *chunk;
static uint32_t step, last_id, violations;
static struct row *ledger;
static uint32_t *occupant;

static void *column(size_t bytes) {
  void *p = calloc(1, bytes);
  if (p == NULL) abort();
  return p;
}

static __attribute__((noinline)) void open_chunk(void) {
  struct chunk *c = column(sizeof *c);
  c->kind = column(CHUNK * 2);
  c->task = column(CHUNK * 2);
  c->site = column(CHUNK * 4);
  c->allocation = column(CHUNK * 4);
  c->subject = column(CHUNK * 4);
  c->a = column(CHUNK * 4);
  c->b = column(CHUNK * 4);
  c->flags = column(CHUNK);
  c->delta_end = column(CHUNK * 4);
  c->d_field = column(CHUNK * 4);
  c->d_index = column(CHUNK * 16);
  c->d_old = column(CHUNK * 16);
  c->d_new = column(CHUNK * 16);
  c->a_step = column(CHUNK * 4);
  c->a_base = column(CHUNK * 4);
  c->a_size = column(CHUNK * 4);
  c->a_kind = column(CHUNK);
  c->first_step = step + 1;
  if (chunk == NULL) first_chunk = c;
  else chunk->next = c;
  chunk = c;
}

static inline void begin(uint32_t site) {
  if (chunk->ops == CHUNK) open_chunk();
  chunk->site[chunk->ops] = site;
  step++;
}

static inline void delta(uint8_t field, uint32_t index, uint32_t old, uint32_t new) {
  struct chunk *c = chunk;
  uint32_t d = c->deltas++;
  c->d_field[d] = field;
  c->d_index[d] = index;
  c->d_old[d] = old;
  c->d_new[d] = new;
}

static inline uint32_t allocation(uint8_t kind, uint32_t base, uint32_t size) {
  struct chunk *c = chunk;
  uint32_t at = c->allocations++;
  c->a_step[at] = step;
  c->a_kind[at] = kind;
  c->a_base[at] = base;
  c->a_size[at] = size;
  return ++last_id;
}

static inline void end(uint16_t kind, uint32_t id, uint32_t subject, int32_t a, int32_t b, uint8_t flags) {
  struct chunk *c = chunk;
  uint32_t n = c->ops++;
  c->task[n] = 1;
  c->allocation[n] = id;
  c->subject[n] = subject;
  c->a[n] = a;
  c->b[n] = b;
  c->flags[n] = flags;
  c->delta_end[n] = c->deltas;
  c->kind[n] = kind;
}

/* The ledger and its rule for a free: the memory lives, this call fits it, and it starts where it is freed. */
static inline void made(uint32_t id, uint32_t kind, uint32_t base, uint32_t size) {
  struct row *r = &ledger[id];
  r->head = kind | LIVE << 8;
  r->base = base;
  r->size = size;
  r->born = step;
}

static inline void gone(uint32_t id, uint32_t kind, uint32_t base) {
  struct row *r = &ledger[id];
  if (id == 0 || r->head != (kind | LIVE << 8) || r->base != base) violations++;
  r->head = kind | FREED << 8;
  r->freed = step;
}

/* ---- pages */

static int32_t *refcount;
static uint32_t *use;
static uint32_t *free_frames;
static uint32_t free_count;

static __attribute__((noinline)) uint32_t alloc_page(uint32_t site, uint32_t gfp) {
  begin(site);
  uint32_t pfn = free_frames[--free_count];
  uint32_t id = allocation(KIND_PAGES, pfn, 4096);
  uint32_t next = USE_PAGE | id;
  delta(USE, pfn, use[pfn], next);
  use[pfn] = next;
  delta(REFCOUNT, pfn, (uint32_t)refcount[pfn], 1);
  refcount[pfn] = 1;
  made(id, KIND_PAGES, pfn, 4096);
  occupant[pfn] = id;
  end(OP_ALLOC_PAGE, id, pfn, 0, (int32_t)gfp, 0);
  return pfn;
}

static __attribute__((noinline)) void free_page(uint32_t site, uint32_t pfn) {
  begin(site);
  uint32_t id = use[pfn] & ID;
  int32_t count = refcount[pfn];
  delta(REFCOUNT, pfn, (uint32_t)count, (uint32_t)(count - 1));
  refcount[pfn] = count - 1;
  uint8_t flags = 0;
  if (count == 1) {
    flags = LAST;
    delta(USE, pfn, use[pfn], USE_PCP);
    use[pfn] = USE_PCP;
    free_frames[free_count++] = pfn;
    gone(id, KIND_PAGES, pfn);
    occupant[pfn] = 0;
  }
  end(OP_FREE_PAGE, id, pfn, 0, 0, flags);
}

static void pages_loop(uint32_t pairs) {
  for (uint32_t i = 0; i < pairs; i++) {
    uint32_t pfn = alloc_page(1, 0xcc0);
    free_page(2, pfn);
  }
}

/* ---- slab */

static uint32_t *object_owner, *next_free;
static uint32_t freelist;

static __attribute__((noinline)) uint32_t kmalloc(uint32_t site, uint32_t size, uint32_t gfp) {
  begin(site);
  uint32_t index = freelist - 1;
  freelist = next_free[index];
  uint32_t phys = FIRST * 4096 + index * STRIDE;
  uint32_t id = allocation(KIND_KMALLOC, phys, size);
  delta(OBJECT, phys >> 3, object_owner[index], id);
  object_owner[index] = id;
  made(id, KIND_KMALLOC, phys, size);
  end(OP_KMALLOC, id, phys, (int32_t)size, (int32_t)gfp, 0);
  return phys;
}

static __attribute__((noinline)) void kfree(uint32_t site, uint32_t phys) {
  begin(site);
  uint32_t index = (phys - FIRST * 4096) / STRIDE;
  uint32_t id = object_owner[index];
  object_owner[index] = 0;
  delta(OBJECT, phys >> 3, id, 0);
  next_free[index] = freelist;
  freelist = index + 1;
  gone(id, KIND_KMALLOC, phys);
  end(OP_KFREE, id, phys, 0, 0, LAST);
}

static void slab_loop(uint32_t pairs) {
  for (uint32_t i = 0; i < pairs; i++) {
    uint32_t phys = kmalloc(1, 256, 0xcc0);
    kfree(2, phys);
  }
}

/* ---- */

static uint64_t read_back(void) {
  uint64_t sum = violations;
  for (struct chunk *c = first_chunk; c != NULL; c = c->next) {
    for (uint32_t i = 0; i < c->ops; i++) {
      sum = sum * 31 + c->kind[i] + c->task[i] + c->site[i] + c->allocation[i] + c->subject[i] + (uint32_t)c->a[i] +
            (uint32_t)c->b[i] + c->flags[i] + c->delta_end[i];
    }
    for (uint32_t i = 0; i < c->deltas; i++) sum = sum * 31 + c->d_field[i] + c->d_index[i] + c->d_old[i] + c->d_new[i];
    for (uint32_t i = 0; i < c->allocations; i++) {
      sum = sum * 31 + c->a_step[i] + c->a_kind[i] + c->a_base[i] + c->a_size[i];
    }
  }
  for (uint32_t id = 1; id <= last_id; id++) sum = sum * 31 + ledger[id].head + ledger[id].born + ledger[id].freed;
  return sum;
}

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int slab = strcmp(argv[1], "slab") == 0;
  uint32_t pairs = (uint32_t)strtoul(argv[2], NULL, 10);
  ledger = column(((size_t)pairs + 1) * sizeof *ledger);
  occupant = column(FRAMES * 4);
  refcount = column(FRAMES * 4);
  use = column(FRAMES * 4);
  free_frames = column(FRAMES * 4);
  for (uint32_t pfn = FIRST; pfn < FRAMES; pfn++) free_frames[free_count++] = pfn, use[pfn] = USE_PCP;
  object_owner = column(OBJECTS * 4);
  next_free = column(OBJECTS * 4);
  for (uint32_t i = 0; i < OBJECTS; i++) next_free[i] = i + 1 == OBJECTS ? 0 : i + 2;
  freelist = 1;
  open_chunk();
  double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
  if (slab) slab_loop(pairs);
  else pages_loop(pairs);
  cpu = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  wall = now(CLOCK_MONOTONIC) - wall;
  double ops = 2.0 * pairs;
  printf("{\"operations\":%.0f,\"wallNs\":%.2f,\"cpuNs\":%.2f,\"checksum\":\"%016llx\"}\n", ops, wall / ops, cpu / ops,
         (unsigned long long)read_back());
  return 0;
}
