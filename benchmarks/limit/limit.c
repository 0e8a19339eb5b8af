/* The limit: the backward passes of a certificate, by plain loops over arrays.

     limit FILE REPETITIONS

   Replays what the checker does for a certificate over a chain of dense layers (docs/certificates.md, section 2), in
   binary64, without outward rounding and without any soundness: a yardstick for speed, not a checker.  FILE is what
   compare.py exports: binary64 numbers in the machine's order, read once into an array before the clock starts.

   Prints the multiply-adds of one replay (rows of zero coefficient are skipped), the CPU seconds of one replay, and
   whether each disjunct that a tree closes has a positive bound. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LAYERS = 32, WIDTH = 1024, VALUES = 8192 };

typedef struct {
  int rows, columns, relu;
  int first, entry; /* of the first row: its place in a state, its entry in slope tables */
  const double *weights, *bias;   /* weights: (rows, columns) */
} layer;

/* intervals of the inputs, then of the rows of each layer added: the lower ends, the upper ends */
typedef struct {
  double *low, *high;
  int added;
} state;

typedef struct {
  int kind, count; /* 0: default; 4 or 8: bits of an entry */
  double unit;
  const double *entries;
} slopes;

static layer net[LAYERS];
static int inputs, values;
static const double *at; /* where the tree is read */
static long long work;
static int positive = 1;

static int number(void) { return (int)*at++; }

static slopes read_slopes(void) {
  slopes s;
  s.kind = number();
  s.unit = *at++;
  s.count = number();
  s.entries = at;
  at += s.count;
  return s;
}

/* A lower bound of d + c . (values after layer `from`); c is overwritten. */
static double back(const state *s, const slopes *sl, int from, double *c, double d) {
  double buffer[WIDTH];
  double *next = buffer;
  for (int k = from; k >= 1; k--) {
    const layer *n = &net[k - 1];
    memset(next, 0, sizeof(double) * (size_t)n->columns);
    for (int i = 0; i < n->rows; i++) {
      double x = c[i], y = x;
      if (n->relu) {
        double l = s->low[n->first + i], h = s->high[n->first + i];
        int q = n->entry + i;
        double e = q < sl->count ? sl->entries[q] : 0;
        if (l >= 0) {
          if (sl->kind && e != 0) {
            y = x - (sl->kind == 4 ? e * sl->unit : e / 255);
            d += fmin((x - y) * l, (x - y) * h);
          }
        } else if (h <= 0) {
          y = 0;
          if (sl->kind && e != 0) {
            y = sl->kind == 4 ? e * sl->unit : e / 255;
            d += fmin(-y * l, -y * h);
          }
        } else {
          if (x < 0) y = x * (h / (h - l));
          else if (sl->kind) y = x * (e / (sl->kind == 4 ? 15 : 255));
          else y = -l <= h ? x : 0;
          d += fmin(0, fmin(-y * l, (x - y) * h));
        }
      }
      if (y != 0) {
        const double *w = n->weights + (size_t)i * (size_t)n->columns;
        int m = n->columns;
        d += y * n->bias[i];
        for (int j = 0; j < m; j++) next[j] += y * w[j];
        work += m;
      }
    }
    double *t = c;
    c = next;
    next = t;
  }
  for (int i = 0; i < inputs; i++) d += c[i] * (c[i] >= 0 ? s->low[i] : s->high[i]);
  work += inputs;
  return d;
}

static double after(const layer *n, double x) { return n->relu && x < 0 ? 0 : x; }

static void advance(state *s) {
  const layer *n = &net[s->added];
  const layer *before = s->added ? n - 1 : NULL;
  int from = before ? before->first : 0;
  for (int i = 0; i < n->rows; i++) {
    double l = n->bias[i], h = l;
    for (int j = 0; j < n->columns; j++) {
      double w = n->weights[i * n->columns + j], a = s->low[from + j], b = s->high[from + j];
      if (before) a = after(before, a), b = after(before, b);
      l += w * (w >= 0 ? a : b);
      h += w * (w >= 0 ? b : a);
    }
    s->low[n->first + i] = l;
    s->high[n->first + i] = h;
  }
  s->added++;
}

static void improve(state *s) {
  int k = number(), kind = number(), count = number();
  const double *listed = at;
  at += count;
  slopes sl = read_slopes();
  const layer *n = &net[k - 1];
  for (int i = 0; i < n->rows; i++) {
    double *low = &s->low[n->first + i], *high = &s->high[n->first + i];
    int unstable = *low < 0 && *high > 0;
    int sides = kind == 0 ? 3 * unstable : kind == 1 ? 3 : i < count ? (int)listed[i] : 0;
    const double *w = n->weights + (size_t)i * (size_t)n->columns;
    for (int side = 1; side <= 2; side++) {
      if (!(sides & side)) continue;
      double c[WIDTH], sign = side == 1 ? 1 : -1;
      for (int j = 0; j < n->columns; j++) c[j] = sign * w[j];
      double b = sign * back(s, &sl, k - 1, c, sign * n->bias[i]);
      if (side == 1 && b > *low) *low = b;
      if (side == 2 && b < *high) *high = b;
    }
  }
}

static void close_goal(const state *s) {
  int first = number(), count = number(), rows = net[s->added - 1].rows;
  double c[WIDTH];
  for (int i = 0; i < rows; i++) c[i] = i >= first && i < first + count ? *at++ : 0;
  slopes sl = read_slopes();
  positive &= back(s, &sl, s->added, c, 0) > 0;
}

/* ops, then an end; what is learnt holds for the subtree alone */
static void tree(const state *before) {
  state copy = *before, *s = &copy;
  size_t size = sizeof(double) * 2 * (size_t)values;
  s->low = malloc(size);
  if (!s->low) exit(3);
  memcpy(s->low, before->low, size);
  s->high = s->low + values;
  for (int op; (op = number()) != 0;) {
    if (op == 1) advance(s);
    else if (op == 2) improve(s);
    else close_goal(s);
  }
  int end = number();
  if (end == 1) at += 2; /* EMPTY */
  if (end == 2) {
    int k = number(), j = number();
    int i = (k ? net[k - 1].first : 0) + j;
    double v = *at++, low = s->low[i], high = s->high[i];
    s->high[i] = fmin(high, v);
    tree(s);
    s->high[i] = high;
    s->low[i] = fmax(low, v);
    tree(s);
  }
  free(s->low);
}

static void query(void) {
  static double ends[2 * VALUES];
  state s = {ends, NULL, 0};
  int layers = number(), entry = 0;
  inputs = values = number();
  const double *box = at;
  at += 2 * inputs;
  for (int k = 0; k < layers; k++) {
    layer *n = &net[k];
    n->relu = number(), n->rows = number(), n->columns = number();
    n->weights = at, at += (size_t)n->rows * (size_t)n->columns;
    n->bias = at, at += n->rows;
    n->first = values, n->entry = entry;
    values += n->rows;
    if (n->relu) entry += n->rows;
    if (layers > LAYERS || n->rows > WIDTH || n->columns > WIDTH || values > VALUES) exit(3);
  }
  s.high = ends + values;
  for (int i = 0; i < inputs; i++) s.low[i] = box[2 * i], s.high[i] = box[2 * i + 1];
  tree(&s);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: limit FILE REPETITIONS\n"), 2;
  FILE *f = fopen(argv[1], "rb");
  if (!f || fseek(f, 0, SEEK_END)) return fprintf(stderr, "limit: %s cannot be read\n", argv[1]), 2;
  size_t size = (size_t)ftell(f);
  double *data = malloc(size);
  rewind(f);
  if (!data || fread(data, 1, size, f) != size) return fprintf(stderr, "limit: %s cannot be read\n", argv[1]), 2;
  int repetitions = atoi(argv[2]);
  clock_t start = clock();
  for (int r = 0; r < repetitions; r++) {
    at = data;
    for (int queries = number(); queries > 0; queries--) query();
  }
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC / repetitions;
  printf("%lld %.9f %s\n", work / repetitions, seconds, positive ? "positive" : "not positive");
  return 0;
}
