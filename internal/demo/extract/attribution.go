package main

// attribution stands beside the extract and, in short, on the demonstration's sign-in page.
const attribution = `# Whose data this is

The files in this folder are cut from the work of others. The program
internal/demo/extract made them; nothing in them was invented by Ambit.

| files | from | licence |
| --- | --- | --- |
| runs.csv, rhythms.csv.gz | Open University Learning Analytics Dataset: J. Kuzilek, M. Hlosta, Z. Zdrahal, "Open University Learning Analytics dataset", Scientific Data 4:170171 (2017), the Open University | CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ |
| courses.csv | titles and durations of lessons by The Carpentries and their authors (swcarpentry, datacarpentry, LibraryCarpentry, carpentries, carpentries-incubator) and of Comprehensive Rust by Google LLC | CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ |
| courses.csv | titles and durations of the computer science curriculum of the Open Source Society University | MIT, LICENSE-ossu.txt |
| places.csv.gz | cities from GeoNames, https://www.geonames.org | CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ |
| places.csv.gz | regions and countries from datasets/country-codes | ODC-PDDL-1.0 |
| companies.csv, employees.csv, orders.csv | Northwind, Microsoft's sample database of a fictional wholesaler, from pthom/northwind_psql | Microsoft Public License, LICENSE-Ms-PL.txt |
| names.csv.gz | names from @faker-js/faker | MIT, LICENSE-faker.txt |
| names.csv.gz | popular names by country from sigpwned/popular-names-by-country-dataset | CC0 1.0 |

What was changed: of the Open University's records a ninth of the learners was kept, without
their numbers, regions or any other trait; only the days and marks of their work, counted from
the start of the run. Course titles were shortened where they read badly alone. Of places, a few
cities a country were kept and formal names of countries shortened. Of Northwind, company
names, contacts, staff, cities and the first line of each order were kept. Of names, up to sixty a
language, kind and sex.

Who learns what in the demonstration school is put together by chance: no person in it exists.
`
