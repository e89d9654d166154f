/** How to cite the paper, as BibTeX. */
import { type Body, PAPER } from "./html.ts";

const BIBTEX = `@inproceedings{li2021training,
  title     = {${PAPER}},
  author    = {Li, Guohao and M{\\"u}ller, Matthias and Ghanem, Bernard and Koltun, Vladlen},
  booktitle = {International Conference on Machine Learning},
  year      = {2021}
}`;

/** An entry to copy. */
export function drawCitation(parent: Body): void {
  parent.append("pre").append("code").text(BIBTEX);
}
