/** What a chat of words alone never loads: files, stickers, places and the like. */
import { addWords } from '../words';
import en from '../words/rich/en.json';
import ru from '../words/rich/ru.json';
import css from './rich.css?inline';
import { addStyles } from './styles';

export { ParcelList } from './ParcelList';
export { RichPart } from './RichPart';
export { TrayList } from './TrayList';

addWords({ en, ru });
addStyles(css);
