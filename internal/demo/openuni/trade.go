package openuni

import (
	"cmp"
	"path/filepath"
	"slices"
)

// Company is a customer of Northwind with its contact person.
type Company struct{ ID, Name, Contact, City, Country string }

// Employee is one of Northwind's staff; Boss is the id of the one they report to.
type Employee struct{ ID, Given, Family, Title, Boss, City, Country string }

// Line is one order line: so many seats sold to a company by an employee.
type Line struct {
	Order, Product               string
	Company, Employee, OrderedOn string
	Quantity                     int
}

// Trade is Northwind's order book.
type Trade struct {
	Companies []Company
	Employees []Employee
	Lines     []Line // by date, order and place in the order
}

// ReadTrade reads the folder `b2b-orders`.
func ReadTrade(dir string) (*Trade, error) {
	r := reader{dir: dir}
	t := &Trade{}
	for _, row := range r.rows("customers.csv") {
		t.Companies = append(t.Companies, Company{row["customer_id"], row["company_name"], row["contact_name"], row["city"], row["country"]})
	}
	for _, row := range r.rows("employees.csv") {
		t.Employees = append(t.Employees, Employee{
			row["employee_id"], row["first_name"], row["last_name"], row["title"], row["reports_to"], row["city"], row["country"],
		})
	}
	orders := map[string]map[string]string{}
	for _, row := range r.rows("orders.csv") {
		orders[row["order_id"]] = row
	}
	for _, row := range r.rows("order_details.csv") {
		o := orders[row["order_id"]]
		t.Lines = append(t.Lines, Line{
			row["order_id"], row["product_id"], o["customer_id"], o["employee_id"], o["order_date"], r.int(row["quantity"]),
		})
	}
	slices.SortStableFunc(t.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.OrderedOn, b.OrderedOn), cmp.Compare(a.Order, b.Order))
	})
	return t, r.err
}

// DataDir finds the folder of outside data: the environment variable AMBIT_DATA, or
// shared/data beside the project, looked for upwards from a directory. It answers "" where there is none.
func DataDir(from string, getenv func(string) string) string {
	if dir := getenv("AMBIT_DATA"); dir != "" {
		return dir
	}
	from, err := filepath.Abs(from)
	if err != nil {
		return ""
	}
	for {
		dir := filepath.Join(from, "shared", "data")
		if found, _ := filepath.Glob(filepath.Join(dir, "oulad", "courses.csv")); len(found) > 0 {
			return dir
		}
		if up := filepath.Dir(from); up != from {
			from = up
			continue
		}
		return ""
	}
}
