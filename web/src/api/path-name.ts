/** A name as part of an API path: encoded twice, because API Gateway decodes the path once before it divides it. */
export const pathName = (name: string): string => encodeURIComponent(encodeURIComponent(name));
