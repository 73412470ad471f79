/**
 * CloudFront runs this before it looks for a file: a view of the page (`/products/ID`) is no file, and gets the page's
 * entry. A path whose last segment has a dot is a file, and 404 when there is none.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  if (!/\.[^/]*$/.test(request.uri)) request.uri = '/index.html';
  return request;
}
