import { pageOf } from '../http/page.ts';
import type { SignIn } from './sign-in.ts';

/**
 * Submits the provider's logout form at once: the user already chose to sign out. `form` is the provider's
 * HTML, with the id that it gives it. The button is for browsers without scripts.
 */
export const logoutPage = ({ appName }: SignIn, form: string): string =>
  pageOf(
    `Log out · ${appName}`,
    `<h1>Log out</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Log out</button>
<script>document.querySelector('button').click()</script>`,
  );
