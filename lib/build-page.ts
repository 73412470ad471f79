/** `npm run build:web`: builds the page when it has changed, and prints its folder. */
import { builtPage } from './page.ts';

console.log(builtPage());
