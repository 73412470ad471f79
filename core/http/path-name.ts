import * as z from 'zod/mini';

/**
 * A name in a path, which callers percent-encode twice. API Gateway decodes a path once, before it chooses the route: a
 * `/` in it then divides, and it is cut at a `?` (docs/adr/016-encode-names-in-paths-twice.md). A name without `%` needs no second
 * time.
 */
export const pathName = <Name>(name: z.ZodMiniType<Name, string>) =>
  z.pipe(
    z.pipe(
      z.string().check(z.minLength(1)),
      z.transform((encoded, context) => {
        try {
          return decodeURIComponent(encoded);
        } catch {
          context.issues.push({ code: 'custom', message: 'Must be percent-encoded twice', input: encoded });
          return z.NEVER;
        }
      }),
    ),
    name,
  );
