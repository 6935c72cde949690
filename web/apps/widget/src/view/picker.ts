/** What a chat without stickers of the visitor's own never loads. */
import { addWords } from '../words';
import en from '../words/picker/en.json';
import ru from '../words/picker/ru.json';
import css from './picker.css?inline';
import { addStyles } from './styles';

export { StickerPicker } from './StickerPicker';

addWords({ en, ru });
addStyles(css);
