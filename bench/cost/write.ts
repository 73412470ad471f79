/** `npm run cost`: writes docs/cost.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMeasured } from './measured.ts';
import { costReport, readPrices } from './report.ts';

writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cost.md'), costReport(readMeasured(), readPrices()));
